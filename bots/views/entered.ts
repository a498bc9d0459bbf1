import type { AgentWire, BountyWire, EntryWire } from '../../api/client/wire-types.ts';
import { button, privately, shorten, showJson } from './say.ts';
import type { MessageView } from './view.ts';

/** How to go on after entering: the shape of an agent, a sample, and the agents one already has. */
export function entered(
  bounty: BountyWire,
  entry: EntryWire,
  agents: AgentWire[],
  surface: 'slack' | 'discord',
): MessageView {
  const sample = bounty.publicCases[0];
  const howTo = surface === 'discord' ? '/agent upload with your file attached' : '/agent upload';
  return privately(`You compete for ${bounty.code}: ${shorten(bounty.title, 100)}`, {
    tone: 'good',
    body: [
      'An agent is code in JavaScript or TypeScript, or a list of steps. It runs here, sealed off, once for every case; it cannot reach files or the network.',
      `Upload it with ${howTo}, try it on the public cases, then submit it.`,
      ...(entry.payoutWarning === null ? [] : [entry.payoutWarning]),
    ],
    code: [
      'export default async function run(input, { log, emit, random }) {',
      sample ? `  // input: ${showJson(sample.input, 120)}` : '  // input: one case',
      sample ? `  return ${showJson(sample.expected, 120)};` : '  return null;',
      '}',
    ].join('\n'),
    fields: [{ label: 'Submissions left today', value: String(entry.quota.left) }],
    actions: agents
      .slice(0, 2)
      .flatMap((agent) => [
        button(`Test ${agent.code}`, 'bounty test', { bounty: bounty.code, agent: agent.code }),
        button(`Submit ${agent.code}`, 'bounty submit', { bounty: bounty.code, agent: agent.code }, 'primary'),
      ]),
  });
}
