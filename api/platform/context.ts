import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Logger } from './logger.ts';
import type { Clock } from './clock.ts';

/** The request of a signed-in account that a verb is carried out for: where it came from, and its Idempotency-Key. */
export type Asked = {
  id: string;
  accountId: string;
  surface: 'api' | 'slack' | 'discord';
  idempotencyKey: string | undefined;
};

/** What every verb may need; passed as the first argument, never global. `asked` is absent where nobody asked: in the worker. */
export type Context = { database: Database; clock: Clock; logger: Logger; config: Config; asked?: Asked | undefined };
