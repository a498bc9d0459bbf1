import pg from 'pg';
import { until } from './until.ts';

/** A point at which whoever comes there waits, until it is released. Nothing of the product knows of it. */
export type Hold = {
  /** Resolves when somebody waits there. */
  reached(): Promise<void>;
  /** Lets them go on, and whoever comes later pass. */
  release(): Promise<void>;
};

const lockId = 4711;
const waiting = `select 1 from pg_locks where not granted and locktype in ('advisory', 'transactionid', 'tuple')`;

/**
 * Holds whoever inserts or updates in a table, by a trigger of the test's own: before the row is written, or with `atCommit` when all of
 * the transaction is done and it is being committed.
 */
export async function holdAt(
  databaseUrl: string,
  at: { table: string; event: 'insert' | 'update'; atCommit?: boolean },
): Promise<Hold> {
  const timing = at.atCommit === true ? 'deferrable initially deferred' : '';
  const trigger = at.atCommit === true ? `constraint trigger faults_hold after` : `trigger faults_hold before`;
  return hold(databaseUrl, {
    begin: `create schema if not exists faults;
      create or replace function faults.hold() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock_shared(${lockId}); return new; end $$;
      create ${trigger} ${at.event} on ${at.table} ${timing} for each row execute function faults.hold();
      select pg_advisory_lock(${lockId})`,
    end: `select pg_advisory_unlock(${lockId}); drop trigger faults_hold on ${at.table}`,
  });
}

/** Holds whoever wants to lock one row. */
export function holdRow(databaseUrl: string, table: string, id: string): Promise<Hold> {
  return hold(databaseUrl, {
    begin: `begin; select 1 from ${table} where id = '${id}' for update`,
    end: 'rollback',
  });
}

/** Holds a migration at the first command of one kind. */
export function holdCommand(databaseUrl: string, command: string): Promise<Hold> {
  return hold(databaseUrl, {
    begin: `create schema faults;
      create function faults.hold() returns event_trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock_shared(${lockId}); end $$;
      create event trigger faults_hold on ddl_command_start when tag in ('${command}') execute function faults.hold();
      select pg_advisory_lock(${lockId})`,
    end: `select pg_advisory_unlock(${lockId}); drop event trigger faults_hold; drop schema faults cascade`,
  });
}

async function hold(databaseUrl: string, sql: { begin: string; end: string }): Promise<Hold> {
  const client = await connect(databaseUrl);
  await client.query(sql.begin);
  return {
    reached: () => until(async () => ((await client.query(waiting)).rowCount ?? 0) > 0, 'somebody waits at the hold'),
    async release() {
      await client.query(sql.end);
      await client.end();
    },
  };
}

/** A connection that may be cut off by a crash without a word. */
async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client(databaseUrl);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
