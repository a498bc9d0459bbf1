import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import type { Execution } from './execution.ts';
import { findOwnExecution } from './find-execution.ts';
import { cancelFault } from './policy.ts';
import { recordExecutionNews } from './record-runs.ts';

/**
 * Ends one of one's own test runs. A queued one never starts; of a running one the worker loses the lease at once, stops the agent
 * within a second, and its result is refused; what it used and said by then is kept. Throws `not_found`, and `illegal_state` for one that has ended.
 */
export async function cancelExecution(
  _context: Context,
  trx: Transaction,
  id: string,
  accountId: string,
): Promise<Execution> {
  const execution = await findOwnExecution(trx, id, accountId, true);
  const fault = cancelFault(execution);
  if (fault !== null) throw new Failure('illegal_state', fault, { state: execution.state });
  await trx('agent_executions')
    .where({ id: execution.id })
    .update({
      state: 'cancelled',
      outcome: 'CANCELLED',
      lease_token: null,
      lease_until: null,
      finished_at: trx.raw('clock_timestamp()'),
      error: JSON.stringify({ code: 'CANCELLED', message: 'You cancelled this run.' }),
    });
  await recordExecutionNews(trx, [{ execution, type: 'execution.changed', payload: { state: 'cancelled' } }]);
  return findOwnExecution(trx, id, accountId);
}
