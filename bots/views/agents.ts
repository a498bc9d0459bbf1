import type { AgentVersionWire, AgentWire, ExecutionWire } from '../../api/client/wire-types.ts';
import { runStates } from './runs.ts';
import { button, privately, shorten, showJson } from './say.ts';
import type { MessageView } from './view.ts';

/** A version is stored; what to do with it. */
export function agentUploaded(agent: AgentWire): MessageView {
  return privately(`${agent.code} ${shorten(agent.name, 60)}: version ${agent.version} is uploaded`, {
    tone: 'good',
    body: [`${whoReads(agent.licence)} Try it on a bounty with /bounty test, then /bounty submit.`],
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

function whoReads(licence: string): string {
  return licence === 'private'
    ? 'Nobody but you can read its source.'
    : `It is under ${licence}: others may read and fork it.`;
}

const languages: Record<string, string> = { js: 'JavaScript', ts: 'TypeScript', manifest: 'Steps (quarry.agent/v1)' };

/** A fork is made; what to do with it. */
export function agentForked(from: string, agent: AgentWire): MessageView {
  return privately(`${agent.code} ${shorten(agent.name, 60)} begins as ${from}`, {
    tone: 'good',
    body: [`${whoReads(agent.licence)} Try it with /agent test, then upload the next version of it.`],
    actions: [
      button('Versions', 'agent versions', { agent: agent.code }),
      button('Upload the next', 'agent upload', { agent: agent.code }),
    ],
  });
}

/** The agents of one person. */
export function agentList(agents: AgentWire[], isCut: boolean): MessageView {
  if (agents.length === 0) {
    return privately('You have no agent yet', { actions: [button('Upload one', 'agent upload', {}, 'primary')] });
  }
  return privately('Your agents', {
    table: {
      columns: ['Code', 'Name', 'Version', 'Language'],
      rows: agents.map((agent) => [agent.code, shorten(agent.name, 40), String(agent.version), agent.language]),
    },
    ...(isCut ? { footer: `The newest ${agents.length} are shown. Every other is there by its code.` } : {}),
    actions: [button('Upload another', 'agent upload', {})],
  });
}

/** The versions of one agent. */
export function agentVersions(agent: AgentWire, versions: AgentVersionWire[]): MessageView {
  // The newest is numbered as many as there are.
  const count = agent.version;
  return privately(
    `${agent.code} ${shorten(agent.name, 60)}: ${count.toLocaleString('en-US')} version${count === 1 ? '' : 's'}`,
    {
      ...(count > versions.length ? { footer: `The newest ${versions.length} are shown.` } : {}),
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
  const { state, error, waiting, cpuMs } = execution;
  const isOpen = state === 'queued' || state === 'running';
  const code = testedCode(execution);
  return privately(`${agentCode} ${testedStates[state] ?? runStates[state] ?? state}`, {
    tone: state === 'succeeded' ? 'good' : isOpen ? 'neutral' : 'warning',
    body: [...(error ? [shorten(error.message, 400)] : []), ...(waiting === null ? [] : [waiting])],
    ...(code === '' ? {} : { code }),
    footer: cpuMs === null ? '' : `${cpuMs.toFixed(1)} ms of processor time`,
    actions: [button(isOpen ? 'Look again' : 'Open the run', 'bounty runs', { run: execution.id })],
  });
}

const testedStates: Record<string, string> = {
  succeeded: 'ran well',
  queued: 'still waits',
  running: 'is still running',
};

/** What it gave, or had given when it was stopped, and the end of its log. */
function testedCode({ state, output, partial, logs }: ExecutionWire): string {
  const given = state === 'succeeded' ? ['output', output] : partial === null ? null : ['partial output', partial];
  const value = given === null ? [] : [`${String(given[0])}: ${showJson(given[1], 1000)}`];
  const log = logs.slice(-20).map(({ level, message }) => `${level}: ${message}`);
  return shorten([...value, ...log].join('\n'), 2_500);
}
