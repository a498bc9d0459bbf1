import type { Database } from '../platform/database.ts';

/** What is owed to an account, by currency, in minor units; currencies without money are left out. */
export async function findPayable(
  database: Database,
  accountId: string,
): Promise<{ currency: string; payableMinor: bigint }[]> {
  const rows = await database('ledger.accounts as a')
    .join('ledger.balances as b', 'b.account_id', 'a.id')
    .where('a.code', `payable:${accountId}`)
    .whereNot('b.balance_minor', 0)
    .orderBy('a.currency')
    .select('a.currency', 'b.balance_minor');
  return rows.map((row) => ({ currency: row.currency, payableMinor: row.balance_minor }));
}

/** What is owed to whoever paid for a bounty, in minor units. */
export async function findRefundPayable(database: Database, bountyId: string): Promise<bigint> {
  const row = await database('ledger.accounts as a')
    .join('ledger.balances as b', 'b.account_id', 'a.id')
    .where('a.code', `refund_payable:${bountyId}`)
    .first('b.balance_minor');
  return row?.balance_minor ?? 0n;
}

/**
 * What an account of the chart holds, in minor units, counted the way it grows: what is there, what is owed, what was spent. Added up
 * from its entries, so that it is right for every account, also those without a kept balance.
 */
export async function accountBalance(database: Database, code: string, currency: string): Promise<bigint> {
  const { rows } = await database.raw<{ rows: { balance: bigint }[] }>(
    `select coalesce(sum(e.amount_minor * c.normal), 0)::bigint as balance from ledger.accounts a
     join ledger.chart c on c.kind = a.kind join ledger.entries e on e.account_id = a.id where a.code = ? and a.currency = ?`,
    [code, currency],
  );
  return rows[0]?.balance ?? 0n;
}

/** The sum of all entries by kind of account and currency; the whole is zero in every currency. */
export async function trialBalance(
  database: Database,
): Promise<{ account: string; currency: string; totalMinor: bigint }[]> {
  const { rows } = await database.raw<{ rows: { account: string; currency: string; totalMinor: bigint }[] }>(
    `select a.kind as account, e.currency, sum(e.amount_minor)::bigint as "totalMinor"
     from ledger.entries e join ledger.accounts a on a.id = e.account_id group by 1, 2 order by 1, 2`,
  );
  return rows;
}

/** What must never be; empty, or money must not move until a person has looked. */
export async function findViolations(database: Database): Promise<{ what: string; ref: string }[]> {
  return database('ledger.violations').select('what', 'ref');
}
