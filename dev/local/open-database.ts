import pg from 'pg';
import { migrate } from '../../api/platform/migrate.ts';
import { startPostgres } from '../embedded-postgres.ts';
import { join } from 'node:path';

export type LocalDatabase = { url: string; embedded: boolean; stop(): Promise<void> };

/** The database of DATABASE_URL, or the embedded PostgreSQL with its files in the data folder. */
export async function openLocalDatabase(databaseUrl: string | undefined, dataDir: string): Promise<LocalDatabase> {
  if (databaseUrl !== undefined) return { url: databaseUrl, embedded: false, stop: async () => {} };
  const postgres = await startPostgres(join(dataDir, 'postgres'));
  const client = new pg.Client(postgres.adminUrl);
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'quarry'");
    if (rowCount === 0) await client.query('create database quarry');
  } finally {
    await client.end();
  }
  return { url: postgres.url('quarry'), embedded: true, stop: () => postgres.stop() };
}

/** Migrates, or throws one sentence that says what to do. */
export async function migrateLocal(url: string): Promise<string[]> {
  try {
    return await migrate(url);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const hint =
      code === 'ECONNREFUSED' || code === 'ENOTFOUND'
        ? 'Check DATABASE_URL and that PostgreSQL is running.'
        : code === '28P01' || code === '28000'
          ? 'Check the user and the password in DATABASE_URL.'
          : 'If this database is not Quarry’s, set DATABASE_URL to an empty one; else restore it from a backup.';
    throw new Error(`The database could not be brought up to date: ${message}. ${hint}`, { cause: error });
  }
}
