import type { Bounty } from '../bounties/bounty.ts';
import { findSight, lockBounty } from '../bounties/find-bounty.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseOverPlan } from '../plans/keep-plan-limits.ts';
import { checkoutFigures, type Figures } from './checkout-figures.ts';
import { makeGiftIntent } from './make-gift-intent.ts';
import { openSession } from './open-session.ts';
import { checkGift, type Gift } from './check-gift.ts';

/** More would make an award too many payments. */
export const boostsMax = 50;

export type BoostRequest = { bounty: string; accountId: string } & Gift;

/** What a boost costs, and what the reward would be with it. */
export type BoostPreview = Figures & { newRewardMinor: bigint };

/** Says what a boost costs, and changes nothing. Throws `not_found`, `illegal_state`, `invalid_value`. */
export async function previewBoost(context: Context, request: BoostRequest): Promise<BoostPreview> {
  const { bounty } = await findSight(context.database, request.bounty, request.accountId);
  return checkBoost(context, context.database, { bounty, gift: request });
}

/**
 * Opens the page on which anyone who is signed in adds to the reward of an open bounty, or answers the one that is open for the same
 * amount. Throws as the preview does, and `payment_provider`.
 */
export async function startBoost(
  context: Context,
  request: BoostRequest,
): Promise<BoostPreview & { checkoutUrl: string }> {
  const { accountId } = request;
  const { checkout, bounty, preview } = await context.database.transaction(async (trx) => {
    const seen = await findSight(trx, request.bounty, accountId);
    const locked = await lockBounty(trx, seen.bounty.id);
    const figures = await checkBoost(context, trx, { bounty: locked, gift: request });
    const intent = { bountyId: locked.id, accountId, purpose: 'boost', submissionId: null, figures } as const;
    const made = await makeGiftIntent(context, trx, { intent, action: 'boost.started', bounty: locked });
    return { checkout: made, bounty: locked, preview: figures };
  });
  const page = {
    bountyCode: bounty.code,
    lines: [
      { name: `Boost of ${bounty.code}: ${bounty.title}`, amountMinor: checkout.reward_minor },
      { name: 'Fee of Quarry (15%)', amountMinor: checkout.fee_minor },
    ],
    otherwise: 'Boost it with another amount.',
  };
  return { ...preview, checkoutUrl: checkout.url ?? (await openSession(context, checkout, page)) };
}

async function checkBoost(
  context: Context,
  database: Database,
  { bounty, gift }: { bounty: Bounty; gift: Gift },
): Promise<BoostPreview> {
  checkGift(bounty, gift);
  await refuseClosed(database, bounty);
  const amountMinor = BigInt(gift.amountMinor);
  const newRewardMinor = bounty.rewardMinor + amountMinor;
  if (newRewardMinor > BigInt(Number.MAX_SAFE_INTEGER))
    throw new Failure('invalid_value', 'That is more than a reward can be. Boost it with less.');
  await refuseBeyondLimits(context, database, { bounty, newRewardMinor });
  return { ...checkoutFigures(amountMinor, bounty.currency, false), newRewardMinor };
}

/**
 * Throws `illegal_state` when a bounty has as many boosts as it may have, and `plan_limit` when its workspace's plan has no reward of this
 * size. Asked again when a boost is paid: several pages may be open at once.
 */
export async function refuseBeyondLimits(
  context: Context,
  database: Database,
  { bounty, newRewardMinor }: { bounty: Bounty; newRewardMinor: bigint },
): Promise<void> {
  await refuseTooMany(database, bounty);
  const { workspaceId, currency } = bounty;
  await refuseOverPlan(context, database, { workspaceId, currency, rewardMinor: newRewardMinor });
}

/** Submissions end at the deadline whenever the state follows, and so do boosts. */
async function refuseClosed(database: Database, bounty: Bounty): Promise<void> {
  if (bounty.state === 'open' && !(await isPast(database, bounty.deadline))) return;
  const state = bounty.state === 'open' ? 'past its deadline' : bounty.state;
  throw new Failure('illegal_state', `${bounty.code} is ${state}; only an open bounty can be boosted.`, {
    state: bounty.state,
  });
}

async function isPast(database: Database, moment: Date): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { past: boolean }[] }>(
    'select ?::timestamptz <= clock_timestamp() as past',
    [moment],
  );
  return rows[0]?.past === true;
}

async function refuseTooMany(database: Database, bounty: Bounty): Promise<void> {
  const held = await database('ledger.parts as p')
    .join('checkouts as c', 'c.id', 'p.payment_id')
    .where({ 'p.bounty_id': bounty.id, 'c.purpose': 'boost' })
    .count({ count: '*' })
    .first();
  if (Number(held?.count) >= boostsMax)
    throw new Failure('illegal_state', `${bounty.code} has ${boostsMax} boosts, and cannot take more.`);
}
