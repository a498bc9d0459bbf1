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
      body: [...decided(submission), ...verdict.reasons.slice(0, 10)],
      table: {
        columns: ['Metric', 'Score', 'Pass'],
        rows: verdict.metrics.map((metric) => [
          metric.kind.replaceAll('_', ' '),
          showScore(metric.score),
          metric.passed ? 'yes' : 'no',
        ]),
      },
      footer: 'Private cases are never shown, to anyone.',
      actions: [...disputeAction(bounty, submission), button('Leaderboard', 'bounty board', { bounty })],
    },
  );
}

/** That it was rejected, and what became of its dispute. */
function decided({ rejected, dispute }: SubmissionWire): string[] {
  const states = {
    open: 'It is disputed.',
    answered: 'It is disputed.',
    withdrawn: 'Its dispute was withdrawn.',
    stands: 'Its dispute was decided: it stands and may win.',
    fails: 'Its dispute was decided: it is rejected for good.',
  };
  return [
    ...(rejected === null ? [] : [`Rejected: ${rejected.reason}`]),
    ...(dispute === null ? [] : [states[dispute.state]]),
  ];
}

/** What passed can be disputed: by its author when it is rejected, by the poster's side in any case. */
function disputeAction(bounty: string, { agentCode: agent, dispute, rejected, verdict }: SubmissionWire) {
  if (dispute !== null) return [button('See the dispute', 'bounty dispute', { bounty, agent })];
  return verdict?.passed === true && rejected !== null
    ? [button('Dispute it', 'bounty dispute', { bounty, agent, act: 'open' }, 'danger')]
    : [];
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
