import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Logger } from './logger.ts';
import type { Clock } from './clock.ts';

/** What every verb may need; passed as the first argument, never global. */
export type Context = { database: Database; clock: Clock; logger: Logger; config: Config };
