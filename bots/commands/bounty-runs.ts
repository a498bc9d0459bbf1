import { runs } from '../views/runs.ts';
import { command } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode } from './options.ts';

/** How far a submission is, and what became of each run. */
export const bountyRuns = command({
  name: 'bounty runs',
  summary: 'See how far your submission is: how many cases ran, and what stopped',
  example: '/bounty runs B-7K3 A-4QX',
  options: { bounty: bountyCode(), agent: agentCode() },
  async run({ api, options }) {
    const submission = await findSubmission(api, options.bounty, options.agent);
    const executions = await api.executions.list({ submissionId: submission.id, limit: 100 });
    return runs(options.bounty, submission, executions.data);
  },
});
