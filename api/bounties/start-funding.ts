import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { refuseBeyondHolding } from '../payments/holding-limit.ts';
import type { Bounty } from './bounty.ts';
import { refuseOverPlan } from '../plans/keep-plan-limits.ts';
import { lockBounty, lockManagedBounty } from './find-bounty.ts';
import { moveBounty } from './move-bounty.ts';

/**
 * Marks a draft as being paid for (a checkout is open); doing it again while it is open is fine. Answers the locked bounty. Throws
 * `not_found`, `forbidden`, `plan_limit`, or `illegal_state` when it is past that.
 */
export async function startFunding(
  context: Context,
  trx: Transaction,
  idOrCode: string,
  accountId: string,
): Promise<Bounty> {
  const bounty = await lockManagedBounty(trx, idOrCode, accountId);
  await refuseOverPlan(context, trx, bounty);
  refuseBeyondHolding(context, bounty);
  if (bounty.state !== 'funding') await moveBounty(trx, bounty, 'funding');
  return bounty;
}

/** Puts a bounty back to draft because its checkout expired or failed; does nothing when the money came or it was cancelled. */
export async function stopFunding(_context: Context, trx: Transaction, bountyId: string): Promise<void> {
  const bounty = await lockBounty(trx, bountyId);
  if (bounty.state === 'funding') await moveBounty(trx, bounty, 'draft');
}
