import { enqueueJob } from '../platform/jobs.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';

export type Topic = 'apply_event' | 'send_payout' | 'send_refund';

/** A claimed task: `subject` is the id of the event, payout or refund it is about. */
export type PaymentTask = {
  id: bigint;
  topic: Topic;
  subject: string;
  attempt: number;
  leaseToken: string;
  firstAttemptAt: Date;
};

const leaseSeconds = 45;
// More than a day and a half: longer than Stripe keeps a failed answer under its key.
const attemptsMax = 150;
const backoffMaxSeconds = 900;

/**
 * Asks for something to be done with Stripe, in the caller's transaction. The same topic and subject again changes nothing while it is
 * under way, and starts it again once it is over; what is to be done is read from the subject's row, so that a repetition is harmless.
 */
export async function addTask(trx: Transaction, topic: Topic, subject: string): Promise<void> {
  await trx.raw(
    `insert into payment_tasks (topic, subject, dedupe_key) values (?, ?, ?)
     on conflict (dedupe_key) do update set state = 'pending', attempt = 0, run_at = clock_timestamp(), done_at = null
     where payment_tasks.state in ('done', 'dead')`,
    [topic, subject, `${topic}:${subject}`],
  );
  await enqueueJob(trx, 'run-payment-tasks');
}

/**
 * Takes up to `limit` due tasks, each with a lease; also those whose holder has died. While settlement is stopped (see
 * api/reconciliation/settlement-stop.ts) no money is sent: those tasks wait, and no try of theirs is counted.
 */
export async function claimTasks(context: Context, limit: number): Promise<PaymentTask[]> {
  const { rows } = await context.database.raw<{ rows: PaymentTask[] }>(
    `update payment_tasks set state = 'leased', attempt = attempt + 1, lease_token = gen_random_uuid(),
       lease_until = clock_timestamp() + ? * interval '1 second', first_attempt_at = coalesce(first_attempt_at, clock_timestamp())
     where id in (select id from payment_tasks
       where ((state = 'pending' and run_at <= clock_timestamp()) or (state = 'leased' and lease_until < clock_timestamp()))
         and (topic = 'apply_event' or not exists (select from ledger.settlement_stop))
       order by run_at for update skip locked limit ?)
     returning id, topic, subject, attempt, lease_token as "leaseToken", first_attempt_at as "firstAttemptAt"`,
    [leaseSeconds, limit],
  );
  return rows;
}

/** Marks a task done. Throws when the lease was lost, so that the caller's transaction takes back what it stored. */
export async function finishTask(trx: Transaction, task: PaymentTask): Promise<void> {
  const finished = await trx('payment_tasks')
    .where({ id: String(task.id), lease_token: task.leaseToken, state: 'leased' })
    .update({ state: 'done', done_at: trx.raw('clock_timestamp()'), lease_token: null, lease_until: null });
  if (finished !== 1) throw new LeaseLost(`The lease of payment task ${task.id} was lost`);
}

/** Another worker holds the task now; its result counts, ours does not. */
export class LeaseLost extends Error {}

/** Gives a task back to be tried later, longer each time; `dead` ends it, `patient` never does. Answers `lost` when another holds it, whose result counts. */
export async function failTask(
  trx: Transaction,
  task: PaymentTask,
  problem: string,
  fate: 'dead' | 'patient' | 'usual',
): Promise<'again' | 'dead' | 'lost'> {
  const over = fate === 'dead' || (fate === 'usual' && task.attempt >= attemptsMax);
  const waitSeconds = Math.min(backoffMaxSeconds, 0.5 * 2 ** Math.min(task.attempt, 12));
  const given = await trx('payment_tasks')
    .where({ id: String(task.id), lease_token: task.leaseToken, state: 'leased' })
    .update({
      state: over ? 'dead' : 'pending',
      run_at: trx.raw(`clock_timestamp() + ? * interval '1 second'`, [waitSeconds]),
      lease_token: null,
      lease_until: null,
      last_error: problem.slice(0, 1000),
    });
  if (given !== 1) return 'lost';
  return over ? 'dead' : 'again';
}
