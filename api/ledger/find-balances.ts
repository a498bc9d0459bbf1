import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { waitForWriters } from './wait-for-writers.ts';

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

/** The kept balance of an account that has one (`tracked` in the chart): it takes no longer the more was ever posted there. */
export async function keptBalance(database: Database, code: string, currency: string): Promise<bigint> {
  const row = await database('ledger.accounts as a')
    .join('ledger.balances as b', 'b.account_id', 'a.id')
    .where({ 'a.code': code, 'a.currency': currency })
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

/**
 * The sum of all entries by kind of account and currency, in minor units, debits positive; the whole is zero in every currency. With `at`,
 * as the books stood at that past instant: all that was posted until then by the database's clock, its own time counting and not the
 * moment of its commit. What was on its way at `at` is waited for, so that the same instant is answered the same for ever. Throws
 * `invalid_value` for an instant that has not passed.
 */
export async function trialBalance(
  database: Database,
  { at }: { at?: Date } = {},
): Promise<{ account: string; currency: string; totalMinor: bigint }[]> {
  if (at !== undefined) {
    await refuseFuture(database, at);
    await waitForWriters(database);
  }
  const { rows } = await database.raw<{ rows: { account: string; currency: string; totalMinor: bigint }[] }>(
    `select a.kind as account, e.currency, sum(e.amount_minor)::bigint as "totalMinor"
     from ledger.entries e join ledger.accounts a on a.id = e.account_id join ledger.transfers t on t.id = e.transfer_id
     where t.posted_at <= coalesce(?::timestamptz, 'infinity') group by 1, 2 order by 1, 2`,
    [at ?? null],
  );
  return rows;
}

/** What must never be; empty, or money must not move until a person has looked. */
export async function findViolations(database: Database): Promise<{ what: string; ref: string }[]> {
  return database('ledger.violations').select('what', 'ref');
}

async function refuseFuture(database: Database, at: Date): Promise<void> {
  const { rows } = await database.raw<{ rows: { passed: boolean }[] }>(
    'select ?::timestamptz <= clock_timestamp() as passed',
    [at],
  );
  if (rows[0]?.passed !== true)
    throw new Failure('invalid_value', 'A trial balance is of an instant that has passed. Give an earlier one.');
}
