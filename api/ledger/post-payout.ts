import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** A payout as the ledger sees it: `transferId` is Stripe's. */
export type PaidOut = {
  key: string;
  accountId: string;
  /** Null for an affiliate's payout, which is of no bounty. */
  bountyId: string | null;
  currency: string;
  amountMinor: bigint;
  transferId: string;
};

/** What was owed to somebody has left for their Stripe account. The same key again changes nothing. */
export async function postPayout(trx: Transaction, payout: PaidOut): Promise<void> {
  await post(trx, payout, 'payout', payout.amountMinor);
}

/** Stripe took a payout back, in whole or part: they are owed it again. */
export async function postPayoutReversed(trx: Transaction, payout: PaidOut): Promise<void> {
  await post(trx, payout, 'payout_reversed', -payout.amountMinor);
}

async function post(trx: Transaction, payout: PaidOut, kind: string, amountMinor: bigint): Promise<void> {
  const { key, accountId, bountyId, currency, transferId } = payout;
  await postTransfer(trx, {
    key,
    kind,
    bountyId,
    externalRef: transferId,
    entries: [
      { code: `payable:${accountId}`, currency, amountMinor },
      { code: 'cash', currency, amountMinor: -amountMinor },
    ],
  });
}
