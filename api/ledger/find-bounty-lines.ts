import type { Database } from '../platform/database.ts';

/** One entry of the ledger as a receipt shows it; accounts of people are named by their kind alone. */
export type LedgerLine = { at: string; kind: string; account: string; amountMinor: number; currency: string };

/**
 * Every movement of a bounty's money, in order; debits are positive. What we give away of our own fee is none, and a receipt would tell an
 * affiliate whom they invited.
 */
export async function findBountyLines(database: Database, bountyId: string): Promise<LedgerLine[]> {
  const rows = await database('ledger.transfers as t')
    .join('ledger.entries as e', 'e.transfer_id', 't.id')
    .join('ledger.accounts as a', 'a.id', 'e.account_id')
    .where('t.bounty_id', bountyId)
    .whereNotIn('t.kind', ['affiliate_share', 'affiliate_reversed'])
    .orderBy([{ column: 't.posted_at' }, { column: 'e.id' }])
    .select('t.posted_at', 't.kind', 'a.kind as account', 'e.amount_minor', 'e.currency');
  return rows.map((row) => ({
    at: row.posted_at.toISOString(),
    kind: row.kind,
    account: row.account,
    amountMinor: Number(row.amount_minor),
    currency: row.currency,
  }));
}
