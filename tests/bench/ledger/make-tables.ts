import type pg from 'pg';

/** The ledger's tables in a schema of their own: the same columns, checks, indexes and foreign keys, without its function and triggers. */
export async function makeTables(pool: pg.Pool, schema: 'plain' | 'tuned'): Promise<void> {
  await pool.query(`create schema ${schema}`);
  for (const table of ['accounts', 'transfers', 'entries', 'balances', 'holds'])
    await pool.query(`create table ${schema}.${table} (like ledger.${table} including all)`);
  await pool.query(`
    alter table ${schema}.accounts add foreign key (kind) references ledger.chart(kind);
    alter table ${schema}.entries add foreign key (transfer_id) references ${schema}.transfers(id);
    alter table ${schema}.entries add foreign key (account_id, currency) references ${schema}.accounts(id, currency);
    alter table ${schema}.balances add foreign key (account_id) references ${schema}.accounts(id)`);
}
