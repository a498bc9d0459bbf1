import type { Knex } from 'knex';
import { join } from 'node:path';
import { readConfig } from './api/platform/config.ts';

/** What the knex command line and `npm run migrate` use: the owner's connection and the append-only migrations. */
const knexfile: Knex.Config = {
  client: 'pg',
  connection: readConfig().databaseUrl,
  migrations: {
    directory: join(import.meta.dirname, 'migrations'),
    extension: 'ts',
    loadExtensions: ['.ts'],
    tableName: 'schema_migrations',
  },
};

export default knexfile;
