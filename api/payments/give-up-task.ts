import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { alarmAdmins } from './alarm-admins.ts';
import type { PaymentTask, Topic } from './payment-task.ts';

const tables: Partial<Record<Topic, 'payouts' | 'refunds'>> = { send_payout: 'payouts', send_refund: 'refunds' };

/** Locks the payout or refund a task is about: everybody locks it before the task. */
export async function lockSubject(trx: Transaction, task: PaymentTask): Promise<void> {
  const table = tables[task.topic];
  if (table !== undefined) await trx(table).where({ id: task.subject }).forUpdate().select('id');
}

/**
 * Notes that Stripe refused a request for good. Stripe keeps the refusal under the idempotency key, so the next try takes another key;
 * that cannot send twice, because this one sent nothing.
 */
export async function countRefusal(trx: Transaction, task: PaymentTask): Promise<void> {
  const table = tables[task.topic];
  if (table !== undefined) await trx(table).where({ id: task.subject }).increment('refusals', 1);
}

/** Ends a task that will not come right by itself: the money stays owed, the row says why, and the admins are told. */
export async function giveUpTask(
  context: Context,
  trx: Transaction,
  task: PaymentTask,
  problem: string,
): Promise<void> {
  context.logger.error(
    { task: task.id, topic: task.topic, subject: task.subject },
    'a payment task is given up; a person must look',
  );
  const table = tables[task.topic];
  if (table !== undefined) {
    await trx(table)
      .where({ id: task.subject })
      .whereNot({ state: 'sent' })
      .update({ state: 'failed', problem: problem.slice(0, 1000) });
  }
  await alarmAdmins(trx, { topic: task.topic, subject: task.subject, problem });
}
