import type { Bounty } from '../bounties/bounty.ts';
import { endWithoutWinner } from '../bounties/cancel-bounty.ts';
import { lockBounty } from '../bounties/find-bounty.ts';
import { leastReward } from '../bounties/least-reward.ts';
import { isFrozen } from '../ledger/freeze-hold.ts';
import { lockAnyHold } from '../ledger/lock-hold.ts';
import { findParts, heldOf } from '../ledger/parts.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { tryEach } from '../platform/try-each.ts';
import { findStop } from '../reconciliation/settlement-stop.ts';

/** A bounty, the payment of it that is charged back, and by which chargeback. */
type Charged = { bounty: Bounty; checkout: { purpose: 'reward' | 'boost' | 'tip' }; chargebackId: string };

const batch = 100;

/**
 * Ends a bounty of which a chargeback has left too little: nothing at all, or, of the payment that funded it, less than the smallest
 * reward there may be. What is left goes back to who paid it. A boost that leaves ends nothing that others paid for. Waits while another
 * chargeback freezes the money. The bounty and its money are locked. Answers whether it has ended.
 */
export async function endChargedBack(
  context: Context,
  trx: Transaction,
  { bounty, checkout, chargebackId }: Charged,
): Promise<boolean> {
  if (bounty.state !== 'open' && bounty.state !== 'reviewing') return false;
  if (await isFrozen(trx, bounty.id)) return false;
  const heldMinor = (await findParts(trx, bounty.id)).reduce((sum, part) => sum + heldOf(part), 0n);
  const least =
    checkout.purpose === 'reward'
      ? leastReward({ ...bounty.settings, currency: bounty.currency, mode: bounty.mode })
      : 1n;
  if (heldMinor >= least) return false;
  const refundMinor = await endWithoutWinner(context, trx, bounty);
  await auditMoney(context, trx, {
    accountId: null,
    action: 'bounty.ended_by_chargeback',
    bounty,
    figures: { refundMinor },
    why: 'What a chargeback left is less than a reward may be.',
    more: { chargeback: chargebackId },
  });
  return true;
}

/**
 * Ends bounties that could not be ended when their chargeback was lost, because all settlement was stopped. Any number of workers may do
 * it at once. Answers how many.
 */
export async function endLeftByChargebacks(context: Context): Promise<number> {
  if ((await findStop(context.database)) !== null) return 0;
  return tryEach(context, await findRunning(context), {
    about: ({ bountyId }) => ({ bountyId }),
    failed: 'A bounty of which a chargeback has left too little was not ended',
    run: async (trx, { bountyId, purpose, chargebackId }) => {
      const bounty = await lockBounty(trx, bountyId);
      await lockAnyHold(trx, bountyId);
      return endChargedBack(context, trx, { bounty, checkout: { purpose }, chargebackId });
    },
  });
}

type Lost = { bountyId: string; purpose: 'reward' | 'boost' | 'tip'; chargebackId: string };

/** Bounties that go on after a chargeback was lost; few, and any of them, so that none stands in the way of others. */
async function findRunning({ database }: Context): Promise<Lost[]> {
  return database('chargebacks as c')
    .join('checkouts as k', 'k.id', 'c.checkout_id')
    .join('bounties as b', 'b.id', 'c.bounty_id')
    .where('c.state', 'lost')
    .whereIn('b.state', ['open', 'reviewing'])
    .orderByRaw('random()')
    .limit(batch)
    .select({ bountyId: 'c.bounty_id', purpose: 'k.purpose', chargebackId: 'c.id' });
}
