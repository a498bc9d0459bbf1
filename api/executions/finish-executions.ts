import { settleSubmission } from '../submissions/settle-submission.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import type { ClaimedExecution } from './claim-executions.ts';
import type { ExecutionState } from './execution.ts';
import { raiseFlags } from '../moderation/raise-flags.ts';
import { recordCancelled } from './record-cancelled.ts';
import { recordProgress, type ProgressPace } from './record-progress.ts';
import { recordReplays } from './record-replays.ts';
import { recordRuns } from './record-runs.ts';
import type { ExecutionResult } from './result.ts';
import { storeLogs, storeResults, storeScores } from './store-results.ts';

/** One execution whose result was accepted, and the state it is in now: a fault of ours goes back to the queue. */
export type Finished = { execution: ClaimedExecution; state: ExecutionState };

/**
 * Stores the results of one worker in one transaction: results, logs and scores of those still held with their token; then the verdict
 * of every submission whose last run this was. A result whose lease was lost writes
 * nothing, but of a cancelled run what it used and said is kept. Answers those that were accepted.
 * Locks go submission → execution → bounty, each in one order, so that two workers wait for each other and never deadlock.
 */
export async function finishExecutions(
  context: Context,
  trx: Transaction,
  results: ExecutionResult[],
  pace: ProgressPace,
): Promise<Finished[]> {
  if (results.length === 0) return [];
  await lockSubmissions(trx, results);
  const states = await storeResults(trx, results);
  const accepted = results.filter(({ execution }) => states.has(execution.id));
  const cancelled = await recordCancelled(
    trx,
    results.filter(({ execution }) => !states.has(execution.id)),
  );
  const heard = [...accepted, ...cancelled];
  await storeLogs(trx, heard);
  await storeScores(trx, accepted);
  await recordReplays(trx, accepted);
  await raiseFlags(trx, heard);
  const finished = accepted.map(({ execution }) => ({ execution, state: states.get(execution.id) as ExecutionState }));
  const stopped = cancelled.map(({ execution }) => ({ execution, state: 'cancelled' as const }));
  await recordRuns(trx, [...finished, ...stopped], heard);
  for (const submissionId of await recordProgress(trx, submissionsOf(accepted), pace)) {
    await settleSubmission(context, trx, submissionId);
  }
  return finished;
}

async function lockSubmissions(trx: Transaction, results: ExecutionResult[]): Promise<void> {
  const ids = submissionsOf(results);
  if (ids.length === 0) return;
  await trx.raw('select id from submissions where id = any(?::uuid[]) order by id for no key update', [ids]);
}

function submissionsOf(results: ExecutionResult[]): string[] {
  return [...new Set(results.flatMap(({ execution }) => execution.submissionId ?? []))];
}
