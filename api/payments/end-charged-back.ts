import { endWithoutWinner } from '../bounties/cancel-bounty.ts';
import { leastReward } from '../bounties/least-reward.ts';
import { isFrozen } from '../ledger/freeze-hold.ts';
import { findParts, heldOf } from '../ledger/parts.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import type { ChargedBack } from './claw-back.ts';

/**
 * Ends a bounty of which a chargeback has left too little: nothing at all, or, of the payment that funded it, less than the smallest
 * reward there may be. What is left goes back to who paid it. A boost that leaves ends nothing that others paid for. Waits while another
 * chargeback freezes the money. The bounty and its money are locked.
 */
export async function endChargedBack(
  context: Context,
  trx: Transaction,
  { dispute, checkout, bounty }: ChargedBack,
): Promise<void> {
  if (bounty.state !== 'open' && bounty.state !== 'reviewing') return;
  if (await isFrozen(trx, bounty.id)) return;
  const heldMinor = (await findParts(trx, bounty.id)).reduce((sum, part) => sum + heldOf(part), 0n);
  const least =
    checkout.purpose === 'reward'
      ? leastReward({ ...bounty.settings, currency: bounty.currency, mode: bounty.mode })
      : 1n;
  if (heldMinor >= least) return;
  const refundMinor = await endWithoutWinner(context, trx, bounty);
  await auditMoney(context, trx, {
    accountId: null,
    action: 'bounty.ended_by_chargeback',
    bounty,
    figures: { refundMinor },
    why: 'What a chargeback left is less than a reward may be.',
    more: { chargeback: dispute.id },
  });
}
