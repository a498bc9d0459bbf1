import { agentVersions as versionsView } from '../views/agents.ts';
import { command } from './command.ts';
import { agentCode } from './options.ts';

/** The versions of one agent, newest first. */
export const agentVersions = command({
  name: 'agent versions',
  summary: 'See the versions of one of your agents',
  example: '/agent versions A-4QX',
  options: { agent: agentCode() },
  async run({ api, options }) {
    const [agent, page] = [await api.agents.show(options.agent), await api.agents.versions(options.agent)];
    return versionsView(agent, page.data);
  },
});
