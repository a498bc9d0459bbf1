import { settleSubmission } from '../submissions/settle-submission.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { enqueueJob } from '../platform/jobs.ts';
import { executionLimits as limits } from './limits.ts';
import { recordExecutionNews } from './record-runs.ts';
import { erroredSentence } from './store-results.ts';

export type Swept = { requeued: number; errored: number; woken: boolean };

type SweptRow = {
  id: string;
  accountId: string;
  bountyId: string | null;
  class: string;
  submissionId: string | null;
  state: 'queued' | 'errored';
};

/**
 * Takes back executions whose worker died (its lease ended, by the database's clock): they wait again, or are errored after the last
 * attempt. Then wakes a worker when something due has waited for over a second, whatever became of its job.
 */
export async function sweepExecutions(context: Context): Promise<Swept> {
  const { rows, woken } = await context.database.transaction(async (trx) => {
    const taken = await takeBackExpired(trx);
    const watched = taken.filter((row) => row.class === 'interactive');
    await recordExecutionNews(
      trx,
      watched.map((row) => ({ execution: row, type: 'execution.changed', payload: { state: row.state } })),
    );
    return { rows: taken, woken: await wakeForWaiting(trx) };
  });
  const errored = rows.filter((row) => row.state === 'errored');
  // Apart, because locks go from submission to execution: see finish-executions.ts.
  for (const submissionId of new Set(errored.flatMap((row) => row.submissionId ?? [])))
    await settle(context, submissionId);
  return { requeued: rows.length - errored.length, errored: errored.length, woken };
}

/** Settles submissions that have no run left and yet no verdict, as after a crash between the two. Answers how many it looked at. */
export async function settleForgotten(context: Context): Promise<number> {
  const { rows } = await context.database.raw<{ rows: { id: string }[] }>(
    `select s.id from submissions s
      where s.state in ('queued', 'running') and s.created_at < clock_timestamp() - interval '5 seconds'
        and exists (select 1 from agent_executions e where e.submission_id = s.id)
        and not exists (select 1 from agent_executions e where e.submission_id = s.id and e.state in ('queued', 'running'))
      limit 50`,
  );
  for (const { id } of rows) await settle(context, id);
  return rows.length;
}

function settle(context: Context, submissionId: string): Promise<unknown> {
  return context.database.transaction((trx) => settleSubmission(context, trx, submissionId));
}

async function takeBackExpired(trx: Transaction): Promise<SweptRow[]> {
  const { rows } = await trx.raw<{ rows: SweptRow[] }>(
    `with expired as (
       select id from agent_executions where state = 'running' and lease_until < statement_timestamp()
        order by lease_until for update skip locked limit :max)
     update agent_executions e
        set state = case when e.attempt < e.attempts_max then 'queued' else 'errored' end, lease_token = null, lease_until = null,
            run_at = clock_timestamp(),
            error = case when e.attempt < e.attempts_max then null else jsonb_build_object('code', 'HOST_FAULT', 'message', :sentence::text) end,
            finished_at = case when e.attempt < e.attempts_max then null else clock_timestamp() end
       from expired where e.id = expired.id
     returning e.id, e.class, e.state, e.account_id as "accountId", e.bounty_id as "bountyId", e.submission_id as "submissionId"`,
    { max: limits.sweepMax, sentence: erroredSentence },
  );
  return rows;
}

/** A job that nobody has taken yet is wake enough. */
async function wakeForWaiting(trx: Transaction): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { needed: boolean }[] }>(
    `select exists (
         select 1 from agent_executions
          where state = 'queued' and class = any('{interactive,competition,rejudge}') and run_at < statement_timestamp() - interval '1 second')
       and not exists (
         select 1 from agenda_jobs where name = 'run-executions' and locked_at is null and next_run_at <= statement_timestamp()) as needed`,
  );
  if (rows[0]?.needed !== true) return false;
  await enqueueJob(trx, 'run-executions');
  return true;
}
