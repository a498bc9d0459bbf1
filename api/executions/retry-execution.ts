import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { enqueueJob } from '../platform/jobs.ts';
import type { Execution } from './execution.ts';
import { findOwnExecution } from './find-execution.ts';
import { keepWaitingLimit } from './keep-waiting-limit.ts';
import { executionLimits as limits } from './limits.ts';
import { retryFault } from './policy.ts';
import { recordExecutionNews } from './record-runs.ts';

/**
 * Runs one of one's own test runs again, as its next attempt with the same seed and clock; the logs of earlier attempts stay. Its tools
 * answer as before up to the first call that failed, which is made again. Throws `not_found`, `illegal_state` for one that still runs,
 * succeeded, belongs to a submission, is a replay or was tried too often, and `rate_limited` for too many waiting tests.
 */
export async function retryExecution(
  _context: Context,
  trx: Transaction,
  id: string,
  accountId: string,
): Promise<Execution> {
  const execution = await findOwnExecution(trx, id, accountId, true);
  const fault = retryFault(execution);
  if (fault !== null) throw new Failure('illegal_state', fault, { state: execution.state });
  await keepWaitingLimit(trx, accountId, 1);
  await forgetFailedCalls(trx, execution.id);
  await trx('agent_executions')
    .where({ id: execution.id })
    .update({
      state: 'queued',
      run_at: trx.raw('clock_timestamp()'),
      attempts_max: execution.attempt + limits.attemptsMax,
      outcome: null,
      output: null,
      partial: null,
      error: null,
      cpu_ms: null,
      wall_ms: null,
      memory_peak_bytes: null,
      engine: null,
      tool_calls: null,
      tool_bytes: null,
      llm_tokens: null,
      started_at: null,
      finished_at: null,
    });
  await recordExecutionNews(trx, [{ execution, type: 'execution.changed', payload: { state: 'queued' } }]);
  await enqueueJob(trx, 'run-executions', { class: execution.class });
  return findOwnExecution(trx, id, accountId);
}

/** What came after a failure may have come of it. A call that was never answered is made again anyway, and nothing came of it. */
async function forgetFailedCalls(trx: Transaction, executionId: string): Promise<void> {
  await trx.raw(
    `delete from execution_tool_calls where execution_id = :executionId
        and seq >= (select min(seq) from execution_tool_calls where execution_id = :executionId and code is not null)`,
    { executionId },
  );
}
