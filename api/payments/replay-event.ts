import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { addTask } from './payment-task.ts';

export type KeptEvent = {
  id: string;
  type: string;
  object_id: string | null;
  received_at: Date;
  applied_at: Date | null;
  replays: number;
};

const columns = ['id', 'type', 'object_id', 'received_at', 'applied_at', 'replays'] as const;
const newest = 100;

/** The newest events of Stripe's that are kept: about one object, or those that are not applied. */
export async function findEvents(
  context: Context,
  about: { object?: string | undefined; unapplied: boolean },
): Promise<KeptEvent[]> {
  const query = context.database('stripe_events').orderBy('received_at', 'desc').orderBy('id').limit(newest);
  if (about.object !== undefined) void query.where({ object_id: about.object });
  if (about.unapplied) void query.whereNull('applied_at');
  return query.select(...columns);
}

/**
 * Asks for a kept event to be applied once more, in the caller's transaction; who asked goes to the audit log. Its object is fetched
 * again, so that nothing happens twice. Throws `not_found`.
 */
export async function replayEvent(
  context: Context,
  trx: Transaction,
  request: { id: string; accountId: string },
): Promise<KeptEvent> {
  const [event] = await trx('stripe_events').where({ id: request.id }).increment('replays', 1).returning(columns);
  if (event === undefined) throw new Failure('not_found', 'No event of Stripe’s is kept under that id.');
  await addTask(trx, 'apply_event', event.id);
  const details = { event: event.id, type: event.type, object: event.object_id };
  await recordAudit(trx, {
    accountId: request.accountId,
    action: 'stripe_event.replayed',
    subject: null,
    details,
    asked: context.asked,
  });
  context.logger.warn({ ...details, accountId: request.accountId }, 'an event is applied again');
  return event;
}
