import knexModule, { type Knex } from 'knex';
import pg from 'pg';

export type Database = Knex;
export type Transaction = Knex.Transaction;

// int8 is money and counters: BigInt keeps every unit (pg would give a string, Number would round).
const INT8_OID = 20;
const NUMERIC_OID = 1700;

/** A connection pool of our own, shared by knex and the job queue; `name` shows in pg_stat_activity. Close it with `pool.end()`. */
export function openPool(
  databaseUrl: string,
  options: { name: string; max?: number; onError: (error: Error) => void },
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    application_name: options.name,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  pool.on('error', options.onError);
  // The pool hears of idle connections only; one lost between two statements of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  return pool;
}

/** Knex over a pool that stays the caller's to end. */
export function openDatabase(pool: pg.Pool): Database {
  return knexModule({ client: 'pg', connectionPool: pool } as Knex.Config);
}

/**
 * Ends a pool and knex over it: what runs may finish, and its connection comes back. In this order, because a knex that was destroyed
 * gives no connection back any more, so that the end of the pool would never come.
 */
export async function closeDatabase(database: Database, pool: pg.Pool): Promise<void> {
  await pool.end();
  await database.destroy();
}

/** Waits until Postgres answers, or throws a sentence that says what to do after `timeoutMs`. */
export async function waitForDatabase(pool: pg.Pool, timeoutMs = 15_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      if (Date.now() > until) {
        throw new Error(
          `The database does not answer (${(error as Error).message}). Check DATABASE_URL and that PostgreSQL is running.`,
          {
            cause: error,
          },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function parserOf(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === INT8_OID && format !== 'binary') return BigInt;
  if (oid === NUMERIC_OID && format !== 'binary') return Number;
  return pg.types.getTypeParser(oid, format as 'text');
}
