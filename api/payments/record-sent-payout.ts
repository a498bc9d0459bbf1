import { postPayout } from '../ledger/post-payout.ts';
import type { Transaction } from '../platform/database.ts';
import { touchPayout } from './touch-payout.ts';

/** A payout's row, as far as sending it goes. */
export type SentPayout = {
  id: string;
  account_id: string;
  bounty_id: string | null;
  amount_minor: bigint;
  /** What of it covers a chargeback instead of leaving. */
  withheld_minor: bigint;
  currency: string;
  refusals: number;
};

/**
 * Notes that a payout has left as this transfer, and books it. Both the task that sent it and Stripe's event of it come here; the second
 * changes nothing, also when the transfer was taken back between the two.
 */
export async function recordSentPayout(trx: Transaction, payout: SentPayout, transferId: string): Promise<void> {
  const changed = await trx('payouts')
    .where({ id: payout.id })
    .whereRaw('transfer_id is distinct from ?', [transferId])
    .update({ state: 'sent', transfer_id: transferId, problem: null, sent_at: trx.raw('clock_timestamp()') });
  if (changed === 0) return;
  await postPayout(trx, {
    key: sendingKey(payout),
    accountId: payout.account_id,
    bountyId: payout.bounty_id,
    currency: payout.currency,
    amountMinor: leavingOf(payout),
    transferId,
  });
  await touchPayout(trx, payout);
}

/** What of a payout or refund leaves, in minor units. */
export function leavingOf(owed: { amount_minor: bigint; withheld_minor: bigint }): bigint {
  return owed.amount_minor - owed.withheld_minor;
}

/** The key of one sending of a payout, at Stripe and in the ledger: another one after a refusal. */
export function sendingKey(payout: { id: string; refusals: number }): string {
  return `payout:${payout.id}:${payout.refusals}`;
}
