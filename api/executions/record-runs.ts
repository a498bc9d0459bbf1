import type { Database, Transaction } from '../platform/database.ts';
import type { ClaimedExecution } from './claim-executions.ts';
import type { ExecutionState } from './execution.ts';
import { mayTellValues } from './policy.ts';
import { storable, type ExecutionResult, type LogLine } from './result.ts';

type News = { execution: Pick<ClaimedExecution, 'id' | 'accountId' | 'bountyId'>; type: string; payload: object };

/**
 * Tells those who watch interactive runs: the log lines not told yet, then the new state; of a private case the state alone. Runs of a
 * competition are not told one by one.
 */
export async function recordRuns(
  trx: Transaction,
  finished: { execution: ClaimedExecution; state: ExecutionState }[],
  results: ExecutionResult[],
): Promise<void> {
  const untold = new Map(results.map((result) => [result.execution.id, result.untold]));
  const news = finished.flatMap(({ execution, state }): News[] => {
    if (execution.class !== 'interactive') return [];
    const lines = (mayTellValues(execution) && untold.get(execution.id)) || [];
    return [
      ...newsOfLines(execution, lines),
      { execution, type: 'execution.changed', payload: { state, attempt: execution.attempt } },
    ];
  });
  await recordExecutionNews(trx, news);
}

/** Log lines as one event. */
export function newsOfLines(execution: News['execution'], lines: LogLine[]): News[] {
  if (lines.length === 0) return [];
  const clean = lines.map((line) => ({ ...line, message: storable(line.message) }));
  return [{ execution, type: 'execution.log', payload: { lines: clean } }];
}

/** Writes events for the owners of executions, in order. */
export async function recordExecutionNews(trx: Database, news: News[]): Promise<void> {
  if (news.length === 0) return;
  await trx('events').insert(
    news.map(({ execution, type, payload }) => ({
      type,
      audience: 'account',
      account_id: execution.accountId,
      bounty_id: execution.bountyId,
      execution_id: execution.id,
      payload: JSON.stringify(payload),
    })),
  );
}
