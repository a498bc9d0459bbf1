import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { enqueueJob } from '../platform/jobs.ts';
import type { Execution } from './execution.ts';
import { findOwnExecution } from './find-execution.ts';
import { executionLimits as limits } from './limits.ts';
import { retryFault } from './policy.ts';
import { recordExecutionNews } from './record-runs.ts';

/**
 * Runs one of one's own test runs again, as its next attempt with the same seed and clock; the logs of earlier attempts stay. Throws
 * `not_found`, and `illegal_state` for one that still runs, succeeded or belongs to a submission.
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
