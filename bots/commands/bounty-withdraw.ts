import { privately, button } from '../views/say.ts';
import { command } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode } from './options.ts';

/** Takes a submission back; the same version may be submitted again. */
export const bountyWithdraw = command({
  name: 'bounty withdraw',
  summary: 'Take your submission back; you may submit the same version again later',
  example: '/bounty withdraw B-7K3 A-4QX',
  options: { bounty: bountyCode(), agent: agentCode() },
  async run({ api, options, idempotencyKey }) {
    const submission = await findSubmission(api, options.bounty, options.agent);
    await api.submissions.withdraw(submission.id, { idempotencyKey });
    return privately(`${options.agent} no longer competes for ${options.bounty}`, {
      actions: [button('Submit it again', 'bounty submit', { bounty: options.bounty, agent: options.agent })],
    });
  },
});
