import { agentTested } from '../views/agents.ts';
import { command } from './command.ts';
import { agentCode, json } from './options.ts';
import { waitForExecutions } from './wait-for-executions.ts';

/** Runs the newest version of an agent on an input one types. */
export const agentTest = command({
  name: 'agent test',
  summary: 'Run your agent on an input of your own, and see its output and log',
  example: '/agent test A-4QX {"text": "hello"}',
  options: { agent: agentCode(), input: json('the input as JSON, like {"text": "hello"}') },
  async run({ api, options, idempotencyKey }) {
    const { executionId } = await api.agents.test(options.agent, { input: options.input }, { idempotencyKey });
    const [execution] = await waitForExecutions(api, executionId ? [executionId] : []);
    return agentTested(options.agent, execution);
  },
});
