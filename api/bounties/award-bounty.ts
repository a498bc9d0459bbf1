import { refuseDisputed } from '../disputes/refuse-disputed.ts';
import { refundHeld } from '../ledger/refund-held.ts';
import { releaseHeld } from '../ledger/release-held.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import { requestPayout } from '../payments/request-payout.ts';
import { requestRefunds } from '../payments/request-refunds.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { findScored } from '../submissions/find-scored.ts';
import { keepAwardPreview, findAwardPreview, figuresOf } from './award-previews.ts';
import { mayMove, type Bounty, type BountyState } from './bounty.ts';
import { findSight, lockManagedBounty } from './find-bounty.ts';
import { keepReceipt, type AwardedBy, type Receipt } from './keep-receipt.ts';
import { countPassing, makeAwardPlan, type AwardPlan, type Payee } from './make-award-plan.ts';
import { moveBounty } from './move-bounty.ts';
import { planAward, type Choice } from './plan-award.ts';

/** What an award would pay; `id` confirms just that. */
export type AwardPreview = AwardPlan & { id: string };

/** Who is to win: the submissions, or the preview that showed them. */
export type AwardRequest = { bounty: string; accountId: string } & ({ choices: Choice[] } | { previewId: string });

/** Says whom an award would pay what, keeps that for who asked, and changes nothing of the bounty. Throws as awarding does. */
export async function previewAward(
  context: Context,
  idOrCode: string,
  accountId: string,
  choices: Choice[],
): Promise<{ state: BountyState; preview: AwardPreview }> {
  const { bounty, canManage } = await findSight(context.database, idOrCode, accountId);
  if (!canManage)
    throw new Failure('forbidden', `Only the poster of ${bounty.code} or an admin of its workspace may award it.`);
  refuseUnlessAwardable(bounty);
  await refuseDisputed(context.database, bounty);
  const plan = await makeAwardPlan(context.database, bounty, choices);
  const id = await keepAwardPreview(context.database, { bountyId: bounty.id, accountId, choices, plan });
  return { state: bounty.state, preview: { ...plan, id } };
}

/**
 * Awards a bounty: releases what is held to the winners, sends back what no prize was given for, asks for the payouts and signs the
 * receipt, all in the caller's transaction. The same award again answers the same receipt; another one throws `illegal_state`. A preview
 * that is confirmed pays what it showed, or throws `conflict` when the figures are others now, as after a boost. `illegal_state` too while
 * a submission is disputed. Call `signingKey` before the transaction: it may need a connection of its own.
 */
export async function awardBounty(context: Context, trx: Transaction, request: AwardRequest): Promise<Receipt> {
  const bounty = await lockManagedBounty(trx, request.bounty, request.accountId);
  const shown = 'previewId' in request ? await findAwardPreview(trx, bounty, request) : null;
  const choices = 'previewId' in request ? (shown?.choices ?? []) : request.choices;
  const kept = bounty.settings.award;
  if (kept !== undefined && (await isSameAward(trx, bounty, choices))) {
    return { receipt: kept.receipt, jws: kept.jws, kid: kept.kid };
  }
  refuseUnlessAwardable(bounty);
  await refuseDisputed(trx, bounty);
  const plan = await makeAwardPlan(trx, bounty, choices);
  if (shown !== null && figuresOf(plan) !== shown.figures)
    throw new Failure('conflict', `The figures of ${bounty.code} have changed since you saw them. Look at them again.`);
  return carryOutAward(context, trx, bounty, { plan, accountId: request.accountId });
}

/** Pays what the plan says from a locked bounty that may be awarded, and ends it. `accountId` is who decided; null: the review clock. */
export async function carryOutAward(
  context: Context,
  trx: Transaction,
  bounty: Bounty,
  { plan, accountId }: { plan: AwardPlan; accountId: string | null },
): Promise<Receipt> {
  const awardedBy = deciderOf(bounty, accountId);
  await refuseStopped(trx);
  const payees = byAccount(plan.payees);
  const drawn = await releaseHeld(trx, { key: `award:${bounty.id}`, bountyId: bounty.id, shares: payees });
  if (plan.refundMinor > 0n) {
    const returned = await refundHeld(trx, { key: `award-rest:${bounty.id}`, bountyId: bounty.id });
    await requestRefunds(context, trx, { bountyId: bounty.id, returned });
  }
  // In one order, as two awards at once may name the same winners, each in its own.
  for (const piece of drawn.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1))) {
    const key = `payout:${bounty.id}:${piece.accountId}:${piece.paymentId}`;
    await requestPayout(context, trx, { ...piece, bountyId: bounty.id, currency: bounty.currency, key });
  }
  const receipt = await keepReceipt(context, trx, bounty, { payees: plan.payees, awardedBy });
  await moveBounty(trx, bounty, 'awarded');
  await auditMoney(context, trx, {
    accountId,
    action: accountId === null ? 'bounty.awarded_by_clock' : 'bounty.awarded',
    bounty,
    figures: { rewardMinor: plan.rewardMinor, feeMinor: plan.feeMinor, refundMinor: plan.refundMinor },
    why:
      accountId === null
        ? `Nobody decided within ${bounty.reviewDays} days after the deadline.`
        : 'Who manages the bounty chose among the scored submissions.',
    more: {
      payees: plan.payees.map((payee) => ({
        accountId: payee.accountId,
        submissionId: payee.submissionId,
        amountMinor: Number(payee.amountMinor),
      })),
    },
  });
  context.logger.info({ bountyId: bounty.id, code: bounty.code, payees: payees.length, awardedBy }, 'bounty awarded');
  return receipt;
}

function deciderOf(bounty: Bounty, accountId: string | null): AwardedBy {
  if (accountId === null) return 'review clock';
  return accountId === bounty.posterAccountId ? 'poster' : 'workspace admin';
}

function refuseUnlessAwardable(bounty: Bounty): void {
  if (mayMove(bounty.state, 'awarded')) return;
  throw new Failure(
    'illegal_state',
    `${bounty.code} is ${bounty.state}; only an open bounty, or one in review, can be awarded.`,
    {
      state: bounty.state,
    },
  );
}

/** One payment for an account, even when several of its agents won; a share of 0 is none. */
function byAccount(payees: Payee[]): { accountId: string; amountMinor: bigint }[] {
  const amounts = new Map<string, bigint>();
  for (const { accountId, amountMinor } of payees) amounts.set(accountId, (amounts.get(accountId) ?? 0n) + amountMinor);
  return [...amounts]
    .filter(([, amountMinor]) => amountMinor > 0n)
    .map(([accountId, amountMinor]) => ({ accountId, amountMinor }));
}

async function isSameAward(trx: Transaction, bounty: Bounty, choices: Choice[]): Promise<boolean> {
  const kept = bounty.settings.award?.payees ?? [];
  if (
    kept.length !== choices.length ||
    kept.some((payee, index) => payee.submissionId !== choices[index]?.submissionId.toLowerCase())
  )
    return false;
  const scored = await findScored(trx, bounty.id);
  return planAward(bounty, choices, countPassing(scored)).every(
    (amount, index) => String(amount) === kept[index]?.amountMinor,
  );
}
