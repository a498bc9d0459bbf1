import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** A tip has arrived: cash comes in, and all of it is owed to whom it is for. The same key again changes nothing. */
export async function postTip(
  trx: Transaction,
  tip: { key: string; bountyId: string; accountId: string; currency: string; amountMinor: bigint; stripeRef: string },
): Promise<void> {
  const { key, bountyId, accountId, currency, amountMinor, stripeRef } = tip;
  await postTransfer(trx, {
    key,
    kind: 'tip',
    bountyId,
    externalRef: stripeRef,
    entries: [
      { code: 'cash', currency, amountMinor },
      { code: `payable:${accountId}`, currency, amountMinor: -amountMinor },
    ],
  });
}
