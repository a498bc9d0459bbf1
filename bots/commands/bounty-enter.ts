import { entered } from '../views/entered.ts';
import { command } from './command.ts';
import { bountyCode } from './options.ts';

/** Says that one competes, and how to. */
export const bountyEnter = command({
  name: 'bounty enter',
  summary: 'Compete for a bounty: what your agent gets, what it must return, and how to submit',
  example: '/bounty enter B-7K3',
  options: { bounty: bountyCode() },
  async run({ api, options, caller }) {
    const entry = await api.bounties.enter(options.bounty);
    const [bounty, agents] = [await api.bounties.show(options.bounty), await api.agents.list({ limit: 5 })];
    return entered(bounty, entry, agents.data, caller.surface);
  },
});
