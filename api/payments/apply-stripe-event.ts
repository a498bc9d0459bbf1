import type { Context } from '../platform/context.ts';
import { handlerOf } from './event-handlers.ts';
import { finishTask, type PaymentTask } from './payment-task.ts';

type EventRow = { id: string; type: string; object_id: string | null; account: string | null };

/**
 * Applies a stored webhook. Nothing of its payload is believed: the object is fetched, and our state moves to what the object says, so
 * that duplicates and any order end in the same place. Types that say nothing to us are marked as seen.
 */
export async function applyStripeEvent(context: Context, task: PaymentTask): Promise<void> {
  const { rows } = await context.database.raw<{ rows: EventRow[] }>(
    `select id, type, object_id, payload ->> 'account' as account from stripe_events where id = ?`,
    [task.subject],
  );
  const [event] = rows;
  if (event === undefined) throw new Error(`There is no event ${task.subject}`);
  if (event.object_id !== null) await handlerOf(event.type)?.(context, event.object_id, event.account);
  await context.database.transaction(async (trx) => {
    await trx('stripe_events')
      .where({ id: event.id })
      .update({ applied_at: trx.raw('clock_timestamp()') });
    await finishTask(trx, task);
  });
}
