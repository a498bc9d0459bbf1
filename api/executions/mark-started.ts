import type { Context } from '../platform/context.ts';
import type { ClaimedExecution } from './claim-executions.ts';
import { recordExecutionNews } from './record-runs.ts';

/** Says that claimed executions have started: watched ones to their owners, and their submissions from queued to running. */
export async function markStarted(context: Context, claimed: ClaimedExecution[]): Promise<void> {
  const watched = claimed.filter((execution) => execution.class === 'interactive');
  const submissionIds = [...new Set(claimed.flatMap(({ submissionId }) => submissionId ?? []))];
  await recordExecutionNews(
    context.database,
    watched.map((execution) => ({
      execution,
      type: 'execution.changed',
      payload: { state: 'running', attempt: execution.attempt },
    })),
  );
  if (submissionIds.length > 0) {
    await context
      .database('submissions')
      .whereIn('id', submissionIds)
      .where({ state: 'queued' })
      .update({ state: 'running' });
  }
}
