import { why, whyWhich } from '../views/why.ts';
import { command } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode, optional } from './options.ts';

/** Why a submission has its score, without showing a private case. */
export const bountyWhy = command({
  name: 'bounty why',
  summary: 'See why a submission has its score: which metric failed, on how many cases',
  example: '/bounty why B-7K3 A-4QX',
  options: { bounty: bountyCode(), agent: optional(agentCode('the agent; yours when left out', 'entered_agents')) },
  async run({ api, options }) {
    if (options.agent !== undefined)
      return why(options.bounty, await findSubmission(api, options.bounty, options.agent));
    const { data } = await api.submissions.list(options.bounty, { mine: true, limit: 10 });
    const only = data[0];
    return data.length === 1 && only !== undefined ? why(options.bounty, only) : whyWhich(options.bounty, data);
  },
});
