import { readConfig } from './platform/config.ts';
import { systemClock } from './platform/clock.ts';
import { closeDatabase, openDatabase, openPool, waitForDatabase } from './platform/database.ts';
import { openLogger } from './platform/logger.ts';
import { whenStopped } from './platform/when-stopped.ts';
import { serveApi } from './serve.ts';

const config = readConfig();
const logger = openLogger('api', config.logLevel);
if (config.databaseUrl === undefined)
  throw new Error('Set DATABASE_URL, or use `npm start`, which brings its own PostgreSQL.');
const pool = openPool(config.databaseUrl, {
  name: 'quarry-api',
  max: 20,
  onError: (error) => logger.warn({ err: error }, 'an idle database connection was lost'),
});
await waitForDatabase(pool);
const context = { config, logger, clock: systemClock, database: openDatabase(pool) };
const served = await serveApi(context, pool, { host: config.host, port: config.port });
logger.info({ port: served.port }, 'the API is listening');

whenStopped(logger, async () => {
  await served.close();
  await closeDatabase(context.database, pool);
});
