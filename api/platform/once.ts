import type { Context } from './context.ts';
import type { Transaction } from './database.ts';

/**
 * Makes a change once for each request with an Idempotency-Key, in the caller's transaction, and answers what it made: ids or other JSON
 * that find it again. A process may die after COMMIT and before the answer is kept (http/idempotency.ts); whoever waited posts again,
 * and gets here what was made, with nothing changed a second time. One change a request; `what` names it.
 */
export async function once<Made>(
  { asked }: Context,
  trx: Transaction,
  what: string,
  change: () => Promise<Made>,
): Promise<Made> {
  if (asked?.idempotencyKey === undefined) return change();
  const request = { account_id: asked.accountId, key: asked.idempotencyKey };
  // Whoever posts the same at the same time waits here until this one is committed.
  const begun = await trx('done_requests')
    .insert({ ...request, what })
    .onConflict()
    .ignore()
    .returning('key');
  if (begun.length > 0) {
    const made = await change();
    await trx('done_requests')
      .where(request)
      .update({ made: JSON.stringify({ value: made }) });
    return made;
  }
  const done = await trx('done_requests').where(request).first('what', 'made');
  if (done.what !== what) throw new Error(`The request did "${done.what}" and now asks for "${what}"`);
  return done.made.value;
}

/** Whether this very request made its change before: then what was asked before the change need not hold any more. */
export async function wasDone({ asked, database }: Context): Promise<boolean> {
  if (asked?.idempotencyKey === undefined) return false;
  const request = { account_id: asked.accountId, key: asked.idempotencyKey };
  return (await database('done_requests').where(request).first('key')) !== undefined;
}
