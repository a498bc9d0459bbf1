import type { Transaction } from '../platform/database.ts';
import { postTransfer, type Entry } from './post-transfer.ts';

/** What was owed for a bounty and covers a chargeback that was lost instead of leaving, in minor units. */
type Withheld = { key: string; bountyId: string; currency: string; actor: string };

/**
 * Payouts that had not left are not owed any more: what each payee is owed less. One transfer, so that whoever pays the same people at the
 * same time takes their accounts in the same order. The same key again changes nothing.
 */
export async function postPayoutsWithheld(
  trx: Transaction,
  { shares, ...withheld }: Withheld & { shares: { accountId: string; amountMinor: bigint }[] },
): Promise<void> {
  const { currency } = withheld;
  const debits = shares.map(({ accountId, amountMinor }) => ({ code: `payable:${accountId}`, currency, amountMinor }));
  await post(trx, withheld, 'payout_withheld', debits);
}

/** A refund that had not left is not owed any more: the bank has given it back. The same key again changes nothing. */
export async function postRefundWithheld(
  trx: Transaction,
  { amountMinor, ...withheld }: Withheld & { amountMinor: bigint },
): Promise<void> {
  const { bountyId, currency } = withheld;
  await post(trx, withheld, 'refund_withheld', [{ code: `refund_payable:${bountyId}`, currency, amountMinor }]);
}

async function post(
  trx: Transaction,
  { currency, ...withheld }: Withheld,
  kind: string,
  debits: Entry[],
): Promise<void> {
  const totalMinor = debits.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const entries = [...debits, { code: 'disputes', currency, amountMinor: -totalMinor }];
  await postTransfer(trx, { ...withheld, kind, entries });
}
