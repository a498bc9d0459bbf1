import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { chargeTeamCard } from './charge-team-card.ts';

const atATime = 20;

/**
 * Asks once more about cards that were being charged when an answer was lost or a process died: the same payment is found, or made now. Throws when Stripe does not answer.
 */
export async function finishStaleCards(context: Context): Promise<void> {
  const stale: { id: string }[] = await context
    .database('checkouts')
    .where({ source: 'card', state: 'creating' })
    .whereRaw(`created_at < clock_timestamp() - interval '1 minute' and expires_at > clock_timestamp()`)
    .orderBy('created_at')
    .limit(atATime)
    .select('id');
  for (const { id } of stale) {
    try {
      await chargeTeamCard(context, id, { again: true });
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'card_declined')) throw error;
    }
  }
}
