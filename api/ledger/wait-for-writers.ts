import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../platform/database.ts';

const pollMs = 20;
// Longer than a transaction may be idle or a statement may take; see openPool in api/platform/database.ts.
const waitMaxMs = 90_000;

/**
 * Waits until every transaction that is writing to the ledger now has ended. Afterwards nothing can appear in it that was posted before
 * the call: whoever writes later takes the lock, and then the time. Blocks nobody. Throws when one of them does not end.
 */
export async function waitForWriters(database: Database): Promise<void> {
  const writers = await findWriters(database);
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const still = await findWriters(database);
    if (!writers.some((writer) => still.includes(writer))) return;
    if (waitedMs > waitMaxMs)
      throw new Error('A transaction has been writing to the ledger for more than a minute and a half');
    await pause(pollMs);
  }
}

/** The transactions that have inserted a transfer and have not ended, other than the one that asks. */
async function findWriters(database: Database): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { writer: string }[] }>(
    `select virtualtransaction as writer from pg_locks
     where relation = 'ledger.transfers'::regclass and database = (select oid from pg_database where datname = current_database())
       and mode = 'RowExclusiveLock' and granted and pid is distinct from pg_backend_pid()`,
  );
  return rows.map(({ writer }) => writer);
}
