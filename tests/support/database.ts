import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { readConfig } from '../../api/platform/config.ts';
import type { Context } from '../../api/platform/context.ts';
import { closeDatabase, openDatabase, openPool, type Database } from '../../api/platform/database.ts';
import { openLogger } from '../../api/platform/logger.ts';

export type TestDatabase = {
  url: string;
  pool: pg.Pool;
  database: Database;
  context: Context;
  clock: { set(ms: number): void };
  close(): Promise<void>;
};

/** A database of the test file's own, copied from the migrated template, and a context over it. `env` adds settings. */
export async function openTestDatabase(env: Record<string, string> = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const adminUrl = inject('postgresUrl');
  await asAdmin(adminUrl, `create database ${name} template quarry_template`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'quarry-data-'));
  const config = readConfig({
    DATABASE_URL: url.href,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    RATE_LIMIT_FACTOR: '1000',
    PORT: '0',
    PUBLIC_URL: 'http://quarry.test',
    QUARRY_SECRET: 'a secret for tests that is long enough',
    DEFAULT_PLAN: 'enterprise',
    ...env,
  });
  const errors: Error[] = [];
  const pool = openPool(url.href, { name: 'test', max: 10, onError: (error) => errors.push(error) });
  const database = openDatabase(pool);
  let fixedMs: number | null = null;
  const clock = { nowMs: () => fixedMs ?? Date.now() };
  return {
    url: url.href,
    pool,
    database,
    context: { config, database, clock, logger: openLogger('test', config.logLevel) },
    clock: { set: (ms) => (fixedMs = ms) },
    async close() {
      await closeDatabase(database, pool);
      await asAdmin(adminUrl, `drop database ${name} with (force)`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
