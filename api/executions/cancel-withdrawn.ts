import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';

// Spelled out, because an index of running ones covers only queries that say so.
const states = { running: `e.state = 'running'`, open: `e.state in ('queued', 'running')` };

/**
 * Takes the runs of a submission that is being withdrawn out of the queue and off the workers, in the caller's transaction. A run that a
 * worker writes to at this moment is left to cancelWithdrawn: waiting for it could be for ever, because workers lock in another order.
 */
export async function cancelRuns(trx: Transaction, submissionId: string): Promise<void> {
  await cancel(trx, `${states.open} and s.id = :submissionId`, { submissionId });
}

/** The same for the runs of every withdrawn submission, of those that run now or of all that have not ended. Answers how many. */
export function cancelWithdrawn(context: Context, which: keyof typeof states): Promise<number> {
  return cancel(context.database, states[which], {});
}

async function cancel(database: Database, where: string, values: Record<string, string>): Promise<number> {
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `with open as (
       select e.id from agent_executions e join submissions s on s.id = e.submission_id
        where ${where} and s.state = 'withdrawn' order by e.id for update of e skip locked limit 5000)
     update agent_executions e set state = 'cancelled', outcome = 'CANCELLED', lease_token = null, lease_until = null,
            finished_at = clock_timestamp()
       from open where e.id = open.id`,
    values,
  );
  return rowCount;
}
