import type { SubmissionWire } from '../../api/client/wire-types.ts';
import { button, privately, showScore } from './say.ts';
import type { MessageView } from './view.ts';

/** The verdict in words: each metric, its score, and the reasons. */
export function why(bounty: string, submission: SubmissionWire): MessageView {
  const { verdict, agentCode } = submission;
  if (verdict === null) {
    return privately(`${agentCode} has no verdict for ${bounty} yet`, {
      body: [`${submission.progress.done} of ${submission.progress.total} cases have run.`],
      actions: [button('Look again', 'bounty why', { bounty, agent: agentCode })],
    });
  }
  return privately(
    `${agentCode} for ${bounty}: ${showScore(verdict.score)}, ${verdict.passed ? 'passed' : 'not passed'}`,
    {
      tone: verdict.passed ? 'good' : 'warning',
      body: verdict.reasons.slice(0, 10),
      table: {
        columns: ['Metric', 'Score', 'Pass'],
        rows: verdict.metrics.map((metric) => [
          metric.kind.replaceAll('_', ' '),
          showScore(metric.score),
          metric.passed ? 'yes' : 'no',
        ]),
      },
      footer: 'Private cases are never shown, to anyone.',
      actions: [button('Leaderboard', 'bounty board', { bounty })],
    },
  );
}

/** Asks which of several submissions is meant. */
export function whyWhich(bounty: string, submissions: SubmissionWire[]): MessageView {
  if (submissions.length === 0) {
    return privately(`You have no submission for ${bounty}`, {
      actions: [button('Enter', 'bounty enter', { bounty }, 'primary')],
    });
  }
  return privately(`Which of your agents for ${bounty}?`, {
    actions: submissions
      .slice(0, 5)
      .map(({ agentCode }) => button(agentCode, 'bounty why', { bounty, agent: agentCode })),
  });
}
