import type { Context } from '../platform/context.ts';
import type { FundingRequest } from './ask-approval.ts';
import { closeRequest } from './close-request.ts';

const batchSize = 100;

/**
 * Ends requests that nobody decided in time, by the database's clock, and those of bounties that can no longer be funded; who asked is
 * told. Any number of processes may do it at once. Answers how many.
 */
export async function expireRequests(context: Context): Promise<number> {
  let ended = 0;
  for (;;) {
    const batch = await expireBatch(context);
    ended += batch;
    if (batch < batchSize) return ended;
  }
}

function expireBatch(context: Context): Promise<number> {
  return context.database.transaction(async (trx) => {
    const due: (FundingRequest & { bounty_state: string })[] = await trx('funding_requests as q')
      .join('bounties as b', 'b.id', 'q.bounty_id')
      .where('q.state', 'pending')
      .where((or) => {
        void or.whereRaw('q.expires_at <= clock_timestamp()').orWhereNotIn('b.state', ['draft', 'funding']);
      })
      .orderBy('q.expires_at')
      .limit(batchSize)
      .forUpdate('q')
      .skipLocked()
      .select('q.*', 'b.state as bounty_state');
    for (const { bounty_state: state, ...request } of due) {
      const isOver = state !== 'draft' && state !== 'funding';
      await closeRequest(
        trx,
        request as FundingRequest,
        isOver
          ? { state: 'void', decidedBy: null, reason: `The bounty is ${state}.` }
          : { state: 'expired', decidedBy: null, reason: 'Nobody decided in time.' },
      );
    }
    return due.length;
  });
}
