import { agentForked } from '../views/agents.ts';
import { command } from './command.ts';
import { agentCode, choice, optional, text } from './options.ts';

/** Begins an agent of one's own from a version of another. */
export const agentFork = command({
  name: 'agent fork',
  summary: 'Begin an agent of your own from another: one of yours, or one under a public licence',
  example: '/agent fork A-4QX',
  options: {
    agent: agentCode('the agent to begin from, like A-4QX'),
    name: optional(text('what the new one is called', 60)),
    turn: optional(choice('turn a manifest into the code it compiles to', ['into_code'] as const)),
  },
  async run({ api, options, idempotencyKey }) {
    const body = {
      ...(options.name === undefined ? {} : { name: options.name }),
      asCode: options.turn === 'into_code',
    };
    return agentForked(options.agent, await api.agents.fork(options.agent, body, { idempotencyKey }));
  },
});
