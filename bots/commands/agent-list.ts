import { agentList as listView } from '../views/agents.ts';
import { command } from './command.ts';

/** The caller's agents, newest first. */
export const agentList = command({
  name: 'agent list',
  summary: 'See your agents',
  example: '/agent list',
  options: {},
  async run({ api }) {
    const { data, nextCursor } = await api.agents.list({ limit: 20 });
    return listView(data, nextCursor !== null);
  },
});
