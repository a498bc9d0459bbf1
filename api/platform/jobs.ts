import type { Transaction } from './database.ts';

/** The queue names a job may be enqueued under; worker/jobs/ has one handler file for each. */
export type JobName =
  | 'run-executions'
  | 'run-payment-tasks'
  | 'close-bounties'
  | 'sweep-executions'
  | 'reconcile'
  | 'expire-requests'
  | 'pay-affiliates'
  | 'forget-old';

/**
 * Puts a job into Agenda's table inside the caller's transaction: it exists, and wakes a worker, only if the caller commits.
 * The Agenda row only wakes; the handler claims the domain row that `data` names (RELIABILITY: at least once, fenced by our lease).
 */
export async function enqueueJob(trx: Transaction, name: JobName, data: object = {}): Promise<void> {
  const { rows } = await trx.raw<{ rows: { id: string; next_run_at: Date }[] }>(
    `insert into agenda_jobs (name, type, priority, next_run_at, data) values (?, 'normal', 0, clock_timestamp(), ?::jsonb)
     returning id, next_run_at`,
    [name, JSON.stringify(data)],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('The job row was not written');
  const wake = {
    jobId: row.id,
    jobName: name,
    nextRunAt: row.next_run_at,
    priority: 0,
    timestamp: new Date(),
    source: 'quarry',
  };
  await trx.raw('select pg_notify(?, ?)', ['agenda_jobs', JSON.stringify(wake)]);
}
