import type { Database, Transaction } from '../platform/database.ts';
import { heldDays } from './terms.ts';

/** One affiliate's shares in one currency. */
export type Shares = { accountId: string; currency: string };

/** A share was earned: it is looked at on the first of the month by which it may be paid, if nothing is to be before. The balance is locked. */
export async function scheduleShare(trx: Transaction, accountId: string, currency: string): Promise<void> {
  await trx.raw(
    `insert into affiliate_schedule as s (account_id, currency, due_at)
     values (?, ?, (date_trunc('month', clock_timestamp() at time zone 'UTC' + ? * interval '1 day') + interval '1 month') at time zone 'UTC')
     on conflict (account_id, currency) do update set due_at = excluded.due_at where s.due_at is null`,
    [accountId, currency, heldDays],
  );
}

/** Those that are to be looked at by now, in a fixed order. */
export async function findDueShares(database: Database, now: Date): Promise<Shares[]> {
  const rows = await database('affiliate_schedule')
    .where('due_at', '<=', now)
    .orderBy(['account_id', 'currency'])
    .select('account_id', 'currency');
  return rows.map((row) => ({ accountId: row.account_id, currency: row.currency }));
}

/** An affiliate's account in the ledger, what is on it in minor units, and up to which of its entries none has to be read again. */
export type Place = { ledgerAccountId: bigint; balanceMinor: bigint; readTo: bigint };

/** Where an affiliate's shares are; nothing is there before the first was earned. */
export async function findPlace(database: Database, { accountId, currency }: Shares): Promise<Place> {
  const { rows } = await database.raw<{ rows: Place[] }>(
    `select a.id as "ledgerAccountId", b.balance_minor as "balanceMinor", coalesce(s.read_to, 0)::bigint as "readTo"
     from ledger.accounts a join ledger.balances b on b.account_id = a.id
     left join affiliate_schedule s on s.account_id = ? and s.currency = a.currency where a.code = ? and a.currency = ?`,
    [accountId, `affiliate:${accountId}`, currency],
  );
  return rows[0] ?? { ledgerAccountId: 0n, balanceMinor: 0n, readTo: 0n };
}

/**
 * They were looked at: the next time is the first of the next month, or the next share when nothing is left. Of what was earned `before`
 * nothing is read again. They are locked.
 */
export async function rescheduleShares(
  trx: Transaction,
  shares: Shares,
  { before, next }: { before: Date; next: Date },
): Promise<void> {
  const { ledgerAccountId, balanceMinor, readTo } = await findPlace(trx, shares);
  const { rows } = await trx.raw<{ rows: { last: bigint | null }[] }>(
    `select max(e.id) as last from ledger.entries e join ledger.transfers t on t.id = e.transfer_id
     where e.account_id = ? and e.id > ? and t.posted_at < ?`,
    [String(ledgerAccountId), String(readTo), before],
  );
  await trx('affiliate_schedule')
    .where({ account_id: shares.accountId, currency: shares.currency })
    .update({ due_at: balanceMinor > 0n ? next : null, read_to: String(rows[0]?.last ?? readTo) });
}
