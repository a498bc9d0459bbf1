import { resealSigningKeys } from './accounts/reseal-signing-keys.ts';
import { systemClock } from './platform/clock.ts';
import { readConfig } from './platform/config.ts';
import { closeDatabase, openDatabase, openPool, waitForDatabase } from './platform/database.ts';
import { lives } from './platform/lives.ts';
import { openLogger } from './platform/logger.ts';
import { resealSecrets } from './integrations/reseal-secrets.ts';

// npm run reseal: after QUARRY_SECRET was replaced, with the old one in QUARRY_PREVIOUS_SECRETS.
const config = readConfig();
if (config.databaseUrl === undefined) throw new Error('Set DATABASE_URL: the database whose secrets are sealed anew.');
const logger = openLogger('reseal', config.logLevel);
const pool = openPool(config.databaseUrl, { name: 'quarry-reseal', onError: (error) => logger.error({ err: error }) });
await waitForDatabase(pool);
const database = openDatabase(pool);
const context = { config, logger, clock: systemClock, database };
const count = (await resealSecrets(context)) + (await resealSigningKeys(context));
console.log(
  `${count} secrets were sealed under the present QUARRY_SECRET. Leave QUARRY_PREVIOUS_SECRETS out after ${lives.idempotencyKeyHours} hours: so long answers kept for a repeated request are under the old one.`,
);
await closeDatabase(database, pool);
