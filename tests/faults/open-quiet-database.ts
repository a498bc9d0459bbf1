import knexModule, { type Knex } from 'knex';
import { closeDatabase, openPool, type Database } from '../../api/platform/database.ts';

/**
 * The harness's own connections: a database that is away is what it expects, so that nothing is printed of it; whoever asked is told by
 * the error. Close it.
 */
export function openQuietDatabase(databaseUrl: string): { database: Database; close(): Promise<void> } {
  const pool = openPool(databaseUrl, { name: 'faults', onError: () => undefined });
  const quiet = () => undefined;
  const log = { warn: quiet, error: quiet, debug: quiet, deprecate: quiet };
  const database = knexModule({ client: 'pg', connectionPool: pool, log } as Knex.Config);
  return {
    database,
    close: () => closeDatabase(database, pool),
  };
}
