import type { Context } from '../platform/context.ts';
import { tryEach } from '../platform/try-each.ts';
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
  return tryEach(context, due, {
    about: ({ bounty_id: bountyId }) => ({ bountyId }),
    failed: 'A cover could not be decided',
    run: async (trx, { bounty_id: bountyId }) => {
      const decision = await settleCover(context, trx, bountyId);
      return decision !== null && !('waits' in decision);
    },
  });
}
