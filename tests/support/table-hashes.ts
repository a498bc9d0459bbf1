import type { Database } from '../../api/platform/database.ts';

/** What every table holds: its rows counted and hashed. The job queue and the sweep's clock come and go by themselves. */
export type TableHashes = Record<string, string>;

const movesByItself = ['public.agenda_jobs', 'public.payment_sweep'];

/** Reads all tables of ours in one statement, so that two of these tell what was changed between them. */
export async function readTableHashes(database: Database, except: string[] = []): Promise<TableHashes> {
  const { rows: tables } = await database.raw<{ rows: { name: string }[] }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema in ('public', 'ledger') and table_type = 'BASE TABLE' order by 1`,
  );
  const parts = tables
    .filter(({ name }) => ![...movesByItself, ...except].includes(name))
    .map(
      ({ name }) =>
        `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as state from ${name} t`,
    );
  const { rows } = await database.raw<{ rows: { name: string; state: string }[] }>(parts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
}
