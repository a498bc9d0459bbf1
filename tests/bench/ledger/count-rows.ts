import type { Database } from '../../../api/platform/database.ts';

const tables = ['accounts', 'transfers', 'entries', 'balances', 'holds'];

/** How many rows each table of a ledger's schema has. */
export async function countRows(
  database: Database,
  schema: 'ledger' | 'plain' | 'tuned',
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const row = await database(`${schema}.${table}`).count({ rows: '*' }).first();
    counts[table] = Number(row?.['rows']);
  }
  return counts;
}
