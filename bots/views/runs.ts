import type { ExecutionSummaryWire, SubmissionWire } from '../../api/client/wire-types.ts';
import { button, privately, showScore } from './say.ts';
import type { MessageView } from './view.ts';

/** Progress of a submission with its runs counted by how they ended. */
export function runs(bounty: string, submission: SubmissionWire, executions: ExecutionSummaryWire[]): MessageView {
  const counts = Object.entries(Object.groupBy(executions, (execution) => execution.state)).map(([state, list]) => [
    state.replaceAll('_', ' '),
    String(list?.length ?? 0),
  ]);
  const { done, total } = submission.progress;
  const options = { bounty, agent: submission.agentCode };
  return privately(`${submission.agentCode} for ${bounty}: ${done} of ${total} cases run`, {
    tone: submission.state === 'failed' ? 'bad' : 'neutral',
    fields: [
      { label: 'State', value: submission.state },
      { label: 'Score', value: showScore(submission.verdict?.score) },
    ],
    ...(counts.length > 0 ? { table: { columns: ['Runs', 'Count'], rows: counts } } : {}),
    actions: [button('Look again', 'bounty runs', options), button('Why this score?', 'bounty why', options)],
  });
}
