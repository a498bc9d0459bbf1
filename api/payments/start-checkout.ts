import type { Bounty } from '../bounties/bounty.ts';
import { findSight, lockBounty } from '../bounties/find-bounty.ts';
import { startFunding } from '../bounties/start-funding.ts';
import { checkCover, reserveCover } from '../insurance/reserve-cover.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once, wasDone } from '../platform/once.ts';
import { refuseOverPlan } from '../plans/keep-plan-limits.ts';
import { checkoutFigures, type Figures } from './checkout-figures.ts';
import { finishOtherPayment } from './finish-other-payment.ts';
import type { Checkout } from './lock-checkout.ts';
import { findOrMakeIntent } from './make-intent.ts';
import { decideBy, holdUntil, refuseBeyondHolding } from './holding-limit.ts';
import { openSession } from './open-session.ts';
import { refuseEndedPage } from './refuse-ended-page.ts';

/** When the bounty is decided at the latest, and until when its money may be held. */
export type Dates = { decideBy: Date; holdUntil: Date };

export type OpenCheckout = Figures & Dates & { checkoutUrl: string };

export type FundRequest = { bounty: string; accountId: string; insured: boolean };

/** Says what funding a bounty costs, and changes nothing. Throws `not_found`, `forbidden`, `illegal_state`, `invalid_value`. */
export async function previewCheckout(
  context: Context,
  { bounty: idOrCode, accountId, insured }: FundRequest,
): Promise<Figures & Dates> {
  const { bounty, canManage } = await findSight(context.database, idOrCode, accountId);
  if (!canManage) throw notTheirs(bounty);
  await refuseUnfundable(context, context.database, bounty);
  const figures = checkoutFigures(bounty.rewardMinor, bounty.currency, insured);
  if (insured) await checkCover(context, { bounty, accountId, figures });
  return { ...figures, ...datesOf(context, bounty) };
}

/**
 * Opens a Stripe Checkout for a bounty, or answers the one that is open: there is at most one. The intent row is written first. One that is
 * open with insurance when none is asked for, or the reverse, is ended first. The same request again answers the page it opened, and
 * `illegal_state` once that has ended. Throws as the preview does, and `payment_provider` when Stripe refuses or does not answer; after a
 * refusal the bounty is a draft again.
 */
export async function startCheckout(context: Context, request: FundRequest): Promise<OpenCheckout> {
  const { bounty: idOrCode, accountId, insured } = request;
  const isAgain = await wasDone(context);
  if (!isAgain) await previewCheckout(context, request);
  const { bounty: seen, canManage } = await findSight(context.database, idOrCode, accountId);
  if (!canManage) throw notTheirs(seen);
  if (!isAgain) await finishOtherPayment(context, seen.id, { source: 'checkout', insured });
  const { checkout, bounty } = await context.database.transaction(async (trx) => {
    const checkoutId = await once(context, trx, 'checkout', () => openFunding(context, trx, request));
    const opened = (await trx<Checkout>('checkouts').where({ id: checkoutId }).first()) as Checkout;
    refuseEndedPage(context, opened);
    const locked = await lockBounty(trx, seen.id);
    await refuseUnfundable(context, trx, locked);
    return { bounty: locked, checkout: opened };
  });
  const page = {
    bountyCode: bounty.code,
    lines: [
      { name: `Reward of ${bounty.code}: ${bounty.title}`, amountMinor: checkout.reward_minor },
      { name: 'Fee of Quarry (15%)', amountMinor: checkout.fee_minor },
      { name: 'Insurance (5%)', amountMinor: checkout.premium_minor },
    ],
    otherwise: 'Post the bounty with another reward.',
  };
  return {
    checkoutUrl: checkout.url ?? (await openSession(context, checkout, page)),
    ...checkoutFigures(checkout.reward_minor, checkout.currency, checkout.premium_minor > 0n),
    ...datesOf(context, bounty),
  };
}

/** Writes what is to be paid. Answers the checkout's id. */
async function openFunding(context: Context, trx: Transaction, request: FundRequest): Promise<string> {
  const { bounty: idOrCode, accountId, insured } = request;
  const bounty = await startFunding(context, trx, idOrCode, accountId);
  refusePast(context, bounty);
  const figures = checkoutFigures(bounty.rewardMinor, bounty.currency, insured);
  const intent = { bountyId: bounty.id, accountId, purpose: 'reward', submissionId: null, figures } as const;
  const { checkout, isNew } = await findOrMakeIntent(context, trx, intent);
  if (isNew && insured) await reserveCover(context, trx, { bounty, checkoutId: checkout.id, accountId, figures });
  if (isNew) await auditFunding(context, trx, { bounty, accountId, figures });
  return checkout.id;
}

async function auditFunding(
  context: Context,
  trx: Transaction,
  { bounty, accountId, figures }: { bounty: Bounty; accountId: string; figures: Figures },
): Promise<void> {
  const { rewardMinor, feeMinor, premiumMinor, totalMinor } = figures;
  await auditMoney(context, trx, {
    accountId,
    action: 'bounty.checkout_opened',
    bounty,
    figures: { rewardMinor, feeMinor, premiumMinor, totalMinor },
    why: 'Who manages the bounty asked to pay for it; nothing is held until Stripe says it is paid.',
  });
}

/** Throws `illegal_state` for a bounty that is past funding, whose deadline has passed or whose review ends too late, and `plan_limit` for its workspace's plan. */
export async function refuseUnfundable(context: Context, database: Database, bounty: Bounty): Promise<void> {
  if (bounty.state !== 'draft' && bounty.state !== 'funding') throw alreadyFunded(bounty);
  refusePast(context, bounty);
  await refuseOverPlan(context, database, bounty);
  refuseBeyondHolding(context, bounty);
}

function datesOf(context: Context, bounty: Bounty): Dates {
  return { decideBy: decideBy(bounty), holdUntil: holdUntil(context) };
}

function notTheirs({ code }: Bounty): Failure {
  return new Failure('forbidden', `Only the poster of ${code} or an admin of its workspace may fund it.`);
}

function alreadyFunded(bounty: Bounty): Failure {
  return new Failure('illegal_state', `${bounty.code} is ${bounty.state}; only a draft can be funded.`, {
    state: bounty.state,
  });
}

function refusePast(context: Context, bounty: Bounty): void {
  if (bounty.deadline.getTime() > context.clock.nowMs()) return;
  throw new Failure('illegal_state', `The deadline of ${bounty.code} has passed. Post it again with a later one.`);
}
