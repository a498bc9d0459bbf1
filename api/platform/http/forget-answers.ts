import type { Context } from '../context.ts';
import { forgetRows } from '../forget-rows.ts';
import { lives } from '../lives.ts';

/**
 * Forgets requests under an Idempotency-Key that nobody may send again any more: first their answers, then that they were done, so that
 * a key whose answer is still there never does anything twice.
 */
export async function forgetAnswers(context: Context): Promise<number> {
  const hours = lives.idempotencyKeyHours;
  const answers = await forgetRows(context, { table: 'idempotent_answers', since: 'created_at', hours });
  const done = await forgetRows(context, {
    table: 'done_requests',
    since: 'at',
    hours,
    unless: 'exists (select from idempotent_answers a where a.account_id = old.account_id and a.key = old.key)',
  });
  return answers + done;
}
