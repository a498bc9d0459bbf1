import type { Context } from '../platform/context.ts';
import { settleCover } from './settle-cover.ts';

const batch = 100;

/**
 * Decides every cover that can be decided: its bounty is over, or its payment was charged back. Any number of workers may do it at once,
 * as often as they like. Answers how many were decided.
 */
export async function settleCovers(context: Context): Promise<number> {
  const due: { bounty_id: string }[] = await context
    .database('covers as c')
    .join('bounties as b', 'b.id', 'c.bounty_id')
    .where('c.state', 'open')
    .where((over) =>
      over
        .whereIn('b.state', ['awarded', 'cancelled'])
        .orWhereExists(
          context.database('chargebacks as d').whereRaw(`d.checkout_id = c.checkout_id and d.state = 'lost'`),
        ),
    )
    // Those that wait for something must not stand in the way of the others.
    .orderByRaw('random()')
    .limit(batch)
    .select('c.bounty_id');
  let decided = 0;
  for (const { bounty_id: bountyId } of due) {
    try {
      const decision = await context.database.transaction((trx) => settleCover(context, trx, bountyId));
      if (decision !== null && !('waits' in decision)) decided += 1;
    } catch (error) {
      context.logger.error({ err: error, bountyId }, 'a cover could not be decided; it is tried again in a minute');
    }
  }
  return decided;
}
