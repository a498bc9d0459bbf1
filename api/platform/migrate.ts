import knexModule from 'knex';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readConfig } from './config.ts';

/** Brings a database to the newest schema. Answers the names of the migrations it ran. Safe to call from several processes at once. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const knex = knexModule({
    client: 'pg',
    connection: databaseUrl,
    pool: { min: 0, max: 2 },
    migrations: {
      directory: join(import.meta.dirname, '../../migrations'),
      extension: 'ts',
      loadExtensions: ['.ts'],
      tableName: 'schema_migrations',
    },
  });
  try {
    const [, names] = (await knex.migrate.latest()) as [number, string[]];
    return names;
  } finally {
    await knex.destroy();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { databaseUrl } = readConfig();
  if (databaseUrl === undefined) throw new Error('Set DATABASE_URL to the database that is to be migrated.');
  const names = await migrate(databaseUrl);
  console.log(names.length === 0 ? 'The database is up to date.' : `Migrated: ${names.join(', ')}`);
}
