import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** What Stripe keeps of a payment is our expense; the funder is not charged for it. The same key again changes nothing. */
export async function postStripeFee(
  trx: Transaction,
  fee: { key: string; currency: string; feeMinor: bigint; transactionId: string },
): Promise<void> {
  const { key, currency, feeMinor, transactionId } = fee;
  await postTransfer(trx, {
    key,
    kind: 'stripe_fee',
    externalRef: transactionId,
    entries: [
      { code: 'stripe_fees', currency, amountMinor: feeMinor },
      { code: 'cash', currency, amountMinor: -feeMinor },
    ],
  });
}
