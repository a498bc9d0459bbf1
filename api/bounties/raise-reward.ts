import type { Transaction } from '../platform/database.ts';
import { touchBounty } from './touch-bounty.ts';

/**
 * Adds what somebody gave to the reward of a locked bounty and tells live readers. Answers false, and changes nothing, when the bounty is
 * not open any more or its deadline has passed, by the database's clock.
 */
export async function raiseReward(trx: Transaction, bountyId: string, byMinor: bigint): Promise<boolean> {
  const raised = await trx('bounties')
    .where({ id: bountyId, state: 'open' })
    .whereRaw('deadline > clock_timestamp()')
    .update({
      reward_minor: trx.raw('reward_minor + ?', [String(byMinor)]),
      boost_minor: trx.raw('boost_minor + ?', [String(byMinor)]),
    });
  if (raised === 0) return false;
  await touchBounty(trx, bountyId);
  return true;
}

/** Takes from the reward of a locked bounty what a bank took of one of its payments; the others go on. Tells live readers. */
export async function lowerReward(
  trx: Transaction,
  bountyId: string,
  { byMinor, isBoost }: { byMinor: bigint; isBoost: boolean },
): Promise<void> {
  await trx('bounties')
    .where({ id: bountyId })
    .update({
      reward_minor: trx.raw('reward_minor - ?', [String(byMinor)]),
      ...(isBoost ? { boost_minor: trx.raw('boost_minor - ?', [String(byMinor)]) } : {}),
    });
  await touchBounty(trx, bountyId);
}
