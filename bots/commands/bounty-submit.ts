import { submitted } from '../views/submitted.ts';
import { command } from './command.ts';
import { agentCode, bountyCode } from './options.ts';

/** Enters the newest version; it runs on every case at once. */
export const bountySubmit = command({
  name: 'bounty submit',
  summary: 'Submit your agent: its newest version runs on every private case and is ranked',
  example: '/bounty submit B-7K3 A-4QX',
  options: { bounty: bountyCode(), agent: agentCode() },
  async run({ api, options, idempotencyKey }) {
    const agent = await api.agents.show(options.agent);
    const submission = await api.submissions.submit(options.bounty, { versionId: agent.versionId }, { idempotencyKey });
    return submitted(options.bounty, options.agent, submission);
  },
});
