import { testResults } from '../views/test-results.ts';
import { command } from './command.ts';
import { agentCode, bountyCode } from './options.ts';
import { waitForExecutions } from './wait-for-executions.ts';

/** Runs the newest version on the public cases; costs no quota. */
export const bountyTest = command({
  name: 'bounty test',
  summary: 'Run your agent on the public cases of a bounty; it costs nothing and is seen by nobody',
  example: '/bounty test B-7K3 A-4QX',
  options: { bounty: bountyCode(), agent: agentCode() },
  async run({ api, options, idempotencyKey }) {
    const bounty = await api.bounties.show(options.bounty);
    const { executionIds } = await api.agents.test(options.agent, { bountyId: options.bounty }, { idempotencyKey });
    const executions = await waitForExecutions(api, executionIds ?? []);
    return testResults(bounty, options.agent, executions);
  },
});
