import { findCurrency } from '../ledger/currencies.ts';
import type { Database } from '../platform/database.ts';
import { minimumOf } from './terms.ts';

/** Shares of one affiliate in one currency that may be paid, in minor units. */
export type PayableShares = { accountId: string; currency: string; amountMinor: bigint };

/** What was earned before a moment and is still there, for one affiliate or all who have a balance; what came back since counts. */
export async function findPayableShares(
  database: Database,
  { before, accountId }: { before: Date; accountId?: string },
): Promise<PayableShares[]> {
  const { rows } = await database.raw<{ rows: PayableShares[] }>(
    `select split_part(a.code, ':', 2) as "accountId", a.currency,
       (-sum(e.amount_minor) filter (where t.posted_at < :before or e.amount_minor > 0))::bigint as "amountMinor"
     from ledger.accounts a join ledger.balances b on b.account_id = a.id and b.balance_minor > 0
     join ledger.entries e on e.account_id = a.id join ledger.transfers t on t.id = e.transfer_id
     where ${accountId === undefined ? `a.kind = 'affiliate'` : 'a.code = :code'} group by a.id order by 1, 2`,
    { before, ...(accountId === undefined ? {} : { code: `affiliate:${accountId}` }) },
  );
  return rows.flatMap((row) => {
    const stepMinor = findCurrency(row.currency)?.exponent === 3 ? 10n : 1n;
    const amountMinor = (row.amountMinor ?? 0n) - ((row.amountMinor ?? 0n) % stepMinor);
    return amountMinor < minimumOf(row.currency) ? [] : [{ ...row, amountMinor }];
  });
}

/** The first moment of the month (UTC) that a moment is in, and of the next one. */
export function monthOf(nowMs: number): { begins: Date; next: Date } {
  const now = new Date(nowMs);
  return {
    begins: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)),
    next: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)),
  };
}
