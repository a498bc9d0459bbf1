import type { AgentVersionWire, AgentWire, ExecutionWire } from '../../api/client/wire-types.ts';
import { button, privately, shorten, showJson } from './say.ts';
import type { MessageView } from './view.ts';

/** A version is stored; what to do with it. */
export function agentUploaded(agent: AgentWire): MessageView {
  return privately(`${agent.code} ${shorten(agent.name, 60)}: version ${agent.version} is uploaded`, {
    tone: 'good',
    body: ['Nobody but you can read its source. Try it on a bounty with /bounty test, then /bounty submit.'],
    fields: [
      { label: 'Language', value: languages[agent.language] ?? agent.language },
      { label: 'Size', value: `${agent.bytes.toLocaleString('en-US')} bytes of 524,288` },
    ],
    actions: [
      button('Open bounties', 'bounty list', {}, 'primary'),
      button('Versions', 'agent versions', { agent: agent.code }),
    ],
  });
}

const languages: Record<string, string> = { js: 'JavaScript', ts: 'TypeScript', manifest: 'Steps (quarry.agent/v1)' };

/** A fork is made; what to do with it. */
export function agentForked(from: string, agent: AgentWire): MessageView {
  return privately(`${agent.code} ${shorten(agent.name, 60)} begins as ${from}`, {
    tone: 'good',
    body: [
      agent.licence === 'private'
        ? 'It is yours alone.'
        : `It goes under ${agent.licence}, as what it was made from: others may read and fork it.`,
    ],
    actions: [
      button('Versions', 'agent versions', { agent: agent.code }),
      button('Upload the next', 'agent upload', { agent: agent.code }),
    ],
  });
}

/** The agents of one person. */
export function agentList(agents: AgentWire[]): MessageView {
  if (agents.length === 0) {
    return privately('You have no agent yet', { actions: [button('Upload one', 'agent upload', {}, 'primary')] });
  }
  return privately('Your agents', {
    table: {
      columns: ['Code', 'Name', 'Version', 'Language'],
      rows: agents.map((agent) => [agent.code, shorten(agent.name, 40), String(agent.version), agent.language]),
    },
    actions: [button('Upload another', 'agent upload', {})],
  });
}

/** The versions of one agent. */
export function agentVersions(agent: AgentWire, versions: AgentVersionWire[]): MessageView {
  return privately(
    `${agent.code} ${shorten(agent.name, 60)}: ${versions.length} version${versions.length === 1 ? '' : 's'}`,
    {
      table: {
        columns: ['Version', 'Language', 'Bytes', 'Uploaded (UTC)'],
        rows: versions
          .slice(0, 20)
          .map((version) => [
            String(version.version),
            version.language,
            version.bytes.toLocaleString('en-US'),
            version.createdAt.slice(0, 16).replace('T', ' '),
          ]),
      },
      actions: [button('Upload the next', 'agent upload', { agent: agent.code }, 'primary')],
    },
  );
}

/** What an agent made of one input: its output, or why there is none, and its log. */
export function agentTested(agentCode: string, execution: ExecutionWire | undefined): MessageView {
  if (execution === undefined) return privately(`${agentCode} was not run`, { tone: 'bad' });
  const log = execution.logs.slice(0, 20).map(({ level, message }) => `${level}: ${message}`);
  const isWell = execution.state === 'succeeded';
  return privately(`${agentCode} ${isWell ? 'ran well' : `ended as ${execution.state.replaceAll('_', ' ')}`}`, {
    tone: isWell ? 'good' : 'warning',
    ...(execution.error ? { body: [shorten(execution.error.message, 400)] } : {}),
    code: [`output: ${showJson(isWell ? execution.output : execution.partial, 1000)}`, ...log].join('\n'),
    footer: execution.cpuMs === null ? '' : `${execution.cpuMs.toFixed(1)} ms of processor time`,
  });
}
