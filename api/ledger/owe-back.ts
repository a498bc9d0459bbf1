import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** A payment nobody waited for, the second one for a bounty or a boost that came too late: cash comes in, and all of it is owed back. */
export async function oweBack(
  trx: Transaction,
  payment: {
    key: string;
    kind: 'second_payment' | 'late_boost';
    bountyId: string;
    currency: string;
    totalMinor: bigint;
    stripeRef: string;
  },
): Promise<void> {
  const { key, kind, bountyId, currency, totalMinor, stripeRef } = payment;
  await postTransfer(trx, {
    key,
    kind,
    bountyId,
    externalRef: stripeRef,
    entries: [
      { code: 'cash', currency, amountMinor: totalMinor },
      { code: `refund_payable:${bountyId}`, currency, amountMinor: -totalMinor },
    ],
  });
}
