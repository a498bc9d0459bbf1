import { agentConnected, agentConnections } from '../views/agent-connections.ts';
import { command, OptionProblem } from './command.ts';
import { agentCode, optional, text } from './options.ts';

/** Lets an agent use services its owner connected. Secrets are never typed into a chat: connecting one is done over the API. */
export const agentConnect = command({
  name: 'agent connect',
  summary: 'Let your agent use a service you connected, for the operations you name',
  example: '/agent connect A-4QX crm list-contacts',
  options: {
    agent: agentCode(),
    service: optional(text('the name of the connected service; left out: what there is', 40)),
    operations: optional(text('what it may do there, with commas between', 500)),
  },
  async run({ api, options: { agent, service, operations }, idempotencyKey }) {
    if (service === undefined) {
      const [services, links] = [await api.integrations.list(), await api.integrations.linksOf(agent)];
      return agentConnections(agent, services.data, links.data);
    }
    const names = (operations ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (names.length === 0) {
      throw new OptionProblem(
        `Say operations: what ${agent} may do with ${service}. For example: list-contacts, add-contact`,
        'operations',
      );
    }
    return agentConnected(
      agent,
      await api.integrations.link(agent, { connector: service, operations: names }, { idempotencyKey }),
    );
  },
});
