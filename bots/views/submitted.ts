import type { SubmittedWire } from '../../api/client/wire-types.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

/** The submission is in the queue, or already scored. */
export function submitted(bounty: string, agent: string, submission: SubmittedWire): MessageView {
  const { payoutWarning } = submission;
  return privately(`${agent} is submitted for ${bounty}`, {
    tone: payoutWarning === null ? 'good' : 'warning',
    body: [
      `It runs on ${submission.progress.total} cases now. The card shows the ranking as it changes.`,
      ...(payoutWarning === null ? [] : [payoutWarning]),
    ],
    actions: [
      button('How is it doing?', 'bounty runs', { bounty, agent }),
      button('Leaderboard', 'bounty board', { bounty }),
      button('Withdraw it', 'bounty withdraw', { bounty, agent }, 'danger'),
    ],
  });
}
