import type { Transaction } from '../platform/database.ts';
import { refuseFrozen } from './freeze-hold.ts';
import { isPosted, lockHold } from './lock-hold.ts';
import { feesOf, findParts, moveParts, restAfter, sumOf } from './parts.ts';
import { postTransfer } from './post-transfer.ts';

/** What of one payment goes back to it, reward and fee together. */
export type Returned = { paymentId: string | null; amountMinor: bigint };

/**
 * Sends back whatever is still held for a bounty, with the fee on it: to each payment what is left of its own part. Answers how much of
 * which, in minor units; nothing when nothing is left or it was done. Throws `illegal_state` while the money is frozen.
 */
export async function refundHeld(
  trx: Transaction,
  refund: { key: string; bountyId: string; actor?: string },
): Promise<Returned[]> {
  const hold = await lockHold(trx, refund.bountyId);
  if (await isPosted(trx, refund.key)) return [];
  refuseFrozen(hold);
  const { currency } = hold;
  const parts = await findParts(trx, refund.bountyId);
  const rest = restAfter(parts.map((part) => ({ part, amountMinor: 0n, feeMinor: 0n })));
  const [rewardMinor, feeMinor] = [sumOf(rest), feesOf(rest)];
  if (rewardMinor + feeMinor === 0n) return [];
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
  await moveParts(trx, 'refunded', rest);
  return rest
    .map(({ part, amountMinor, feeMinor: fee }) => ({ paymentId: part.payment_id, amountMinor: amountMinor + fee }))
    .filter(({ amountMinor }) => amountMinor > 0n);
}
