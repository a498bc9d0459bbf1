import type { Context } from './context.ts';
import type { Transaction } from './database.ts';

/** `about` names one in the log, `failed` says there what did not happen. `run` answers whether it did something. */
export type Tried<One> = {
  about(one: One): Record<string, unknown>;
  failed: string;
  run(trx: Transaction, one: One): Promise<boolean>;
};

/**
 * Does something for each, each in a transaction of its own. One that fails changes nothing, is logged, and keeps no other waiting: it is
 * still due when the caller comes again. Answers for how many it did something.
 */
export async function tryEach<One>(context: Context, all: One[], { about, failed, run }: Tried<One>): Promise<number> {
  let done = 0;
  for (const one of all) {
    try {
      if (await context.database.transaction((trx) => run(trx, one))) done += 1;
    } catch (error) {
      context.logger.error({ err: error, ...about(one) }, `${failed}; it is tried again`);
    }
  }
  return done;
}
