import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** A payment nobody waited for, such as the second one for a bounty: cash comes in, and all of it is owed back. */
export async function oweBack(
  trx: Transaction,
  payment: { key: string; bountyId: string; currency: string; totalMinor: bigint; stripeRef: string },
): Promise<void> {
  const { key, bountyId, currency, totalMinor, stripeRef } = payment;
  await postTransfer(trx, {
    key,
    kind: 'second_payment',
    bountyId,
    externalRef: stripeRef,
    entries: [
      { code: 'cash', currency, amountMinor: totalMinor },
      { code: `refund_payable:${bountyId}`, currency, amountMinor: -totalMinor },
    ],
  });
}
