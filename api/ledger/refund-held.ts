import type { Transaction } from '../platform/database.ts';
import { refuseFrozen } from './freeze-hold.ts';
import { isPosted, lockHold } from './lock-hold.ts';
import { postTransfer } from './post-transfer.ts';

/** Sends back whatever is still held for a bounty, with the fee on it. Answers how much, in minor units; 0 when nothing is left or it was done. Throws `illegal_state` while the money is frozen. */
export async function refundHeld(
  trx: Transaction,
  refund: { key: string; bountyId: string; actor?: string },
): Promise<bigint> {
  const hold = await lockHold(trx, refund.bountyId);
  if (await isPosted(trx, refund.key)) return 0n;
  refuseFrozen(hold);
  const { currency } = hold;
  const rewardMinor = hold.funded_minor - hold.released_minor - hold.refunded_minor;
  const feeMinor = hold.fee_funded_minor - hold.fee_earned_minor - hold.fee_refunded_minor;
  if (rewardMinor + feeMinor === 0n) return 0n;
  await postTransfer(trx, {
    key: refund.key,
    kind: 'refund',
    bountyId: refund.bountyId,
    actor: refund.actor ?? null,
    entries: [
      { code: `held:${refund.bountyId}`, currency, amountMinor: rewardMinor },
      { code: `fee_held:${refund.bountyId}`, currency, amountMinor: feeMinor },
      { code: `refund_payable:${refund.bountyId}`, currency, amountMinor: -(rewardMinor + feeMinor) },
    ],
  });
  await trx('ledger.holds')
    .where({ bounty_id: refund.bountyId })
    .update({
      refunded_minor: String(hold.refunded_minor + rewardMinor),
      fee_refunded_minor: String(hold.fee_refunded_minor + feeMinor),
    });
  return rewardMinor + feeMinor;
}
