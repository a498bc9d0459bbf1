import type { Context } from '../platform/context.ts';
import { handlerOf } from './event-handlers.ts';
import { finishTask, type PaymentTask } from './payment-task.ts';

type EventRow = { id: string; type: string; object_id: string | null };

/**
 * Applies a stored webhook. Nothing of its payload is believed: the object is fetched, and our state moves to what the object says, so
 * that duplicates and any order end in the same place. Types that say nothing to us are marked as seen.
 */
export async function applyStripeEvent(context: Context, task: PaymentTask): Promise<void> {
  const event = await context.database<EventRow>('stripe_events').where({ id: task.subject }).first();
  if (event === undefined) throw new Error(`There is no event ${task.subject}`);
  if (event.object_id !== null) await handlerOf(event.type)?.(context, event.object_id);
  if (event.type === 'payout.failed')
    context.logger.warn({ event: event.id }, 'a payee’s bank did not take a payout; Stripe asks them for another one');
  await context.database.transaction(async (trx) => {
    await trx('stripe_events')
      .where({ id: event.id })
      .update({ applied_at: trx.raw('clock_timestamp()') });
    await finishTask(trx, task);
  });
}
