import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../api/platform/migrate.ts';
import { startPostgres } from '../../dev/embedded-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole run, with a migrated template from which every test file copies its own database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'quarry-tests-'));
  chmodSync(directory, 0o755);
  const postgres = await startPostgres(directory, { persistent: true, fsync: false });
  const admin = new pg.Client(postgres.adminUrl);
  await admin.connect();
  await admin.query('create database quarry_template');
  await admin.end();
  await migrate(postgres.url('quarry_template'));
  project.provide('postgresUrl', postgres.adminUrl);
  return async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
