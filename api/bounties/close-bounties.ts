import type { Context } from '../platform/context.ts';
import { moveBounty } from './move-bounty.ts';

const batchSize = 100;

/** Moves every open bounty whose deadline has passed, by the database's clock, to review. Any number of processes may do it at once. */
export async function closeBounties(context: Context): Promise<number> {
  let closed = 0;
  for (;;) {
    const batch = await closeBatch(context);
    closed += batch;
    if (batch < batchSize) return closed;
  }
}

function closeBatch(context: Context): Promise<number> {
  return context.database.transaction(async (trx) => {
    const due = await trx('bounties')
      .where('state', 'open')
      .whereRaw('deadline <= clock_timestamp()')
      .orderBy('deadline')
      .limit(batchSize)
      .forNoKeyUpdate()
      .skipLocked()
      .select('id', 'code', 'state');
    for (const bounty of due) await moveBounty(trx, bounty, 'reviewing');
    return due.length;
  });
}
