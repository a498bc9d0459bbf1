import { button, privately, shorten } from './say.ts';
import type { MessageView } from './view.ts';

type Service = { name: string; baseUrl: string; operations: { name: string }[] };
type Link = { connector: string; operations: string[] };

/** What services there are, and what the agent may do with each. */
export function agentConnections(agent: string, services: Service[], links: Link[]): MessageView {
  if (services.length === 0) {
    return privately('You have connected no service yet', {
      body: ['Connect one with POST /api/integrations. Its secret is typed there and never into a chat.'],
    });
  }
  const used = new Map(links.map((link) => [link.connector, link.operations]));
  return privately(`What ${agent} may use`, {
    table: {
      columns: ['Service', 'It can', `${agent} may`],
      rows: services.map(({ name, operations }) => [
        name,
        shorten(operations.map((operation) => operation.name).join(', '), 60),
        shorten(used.get(name)?.join(', ') ?? 'nothing', 60),
      ]),
    },
    footer: `/agent connect ${agent} and a service with its operations changes it.`,
  });
}

/** The agent may use a service now. */
export function agentConnected(agent: string, link: Link): MessageView {
  return privately(`${agent} may use ${link.connector}: ${shorten(link.operations.join(', '), 80)}`, {
    tone: 'good',
    body: ['The secret stays outside the sandbox: the agent names the service, never the key.'],
    actions: [button('What it may use', 'agent connect', { agent })],
  });
}
