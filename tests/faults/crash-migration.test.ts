import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { migrate } from '../../api/platform/migrate.ts';
import { run } from './crash/crash-rig.ts';
import { holdCommand } from './crash/holds.ts';

const root = join(import.meta.dirname, '../..');

/** What a database holds: every column of every table of ours, and the migrations that it knows of. */
async function shapeOf(databaseUrl: string): Promise<unknown> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const columns = await client.query(
    `select table_schema, table_name, column_name, data_type from information_schema.columns
      where table_schema in ('public', 'ledger') order by 1, 2, 3`,
  );
  const known = await client.query('select name from schema_migrations order by id');
  await client.end();
  return { columns: columns.rows, known: known.rows };
}

it('a migration that is killed half-way (C12) leaves nothing behind, and the next one ends right', async () => {
  const names = [randomUUID(), randomUUID()].map((id) => `test_${id.replaceAll('-', '')}`);
  const [cutOff, whole] = names.map((name) => inject('postgresUrl').replace(/[^/]*$/, name)) as [string, string];
  for (const name of names) await run(inject('postgresUrl'), `create database ${name}`);
  try {
    // The schema of the ledger comes in the fourth migration.
    const hold = await holdCommand(cutOff, 'CREATE SCHEMA');
    const migration = spawn(process.execPath, ['api/platform/migrate.ts'], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: cutOff },
    });
    await hold.reached();
    migration.kill('SIGKILL');
    await once(migration, 'exit');
    await hold.release();
    expect((await migrate(cutOff)).length).toBeGreaterThan(3);
    await migrate(whole);
    expect(await shapeOf(cutOff)).toEqual(await shapeOf(whole));
    expect(await migrate(cutOff)).toEqual([]);
  } finally {
    for (const name of names) await run(inject('postgresUrl'), `drop database ${name} with (force)`);
  }
});
