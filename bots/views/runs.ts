import type { ExecutionSummaryWire, ExecutionWire, SubmissionWire } from '../../api/client/wire-types.ts';
import { button, privately, shorten, showJson, showScore } from './say.ts';
import type { MessageView } from './view.ts';

const logLinesShown = 12;
const buttonsMax = 5;

const tones: Record<string, MessageView['tone']> = {
  succeeded: 'good',
  failed: 'bad',
  errored: 'warning',
  timed_out: 'warning',
};

/** What became of a run, after its subject. */
export const runStates: Record<string, string> = {
  queued: 'waits',
  running: 'is running',
  succeeded: 'ended well',
  failed: 'failed',
  timed_out: 'ran out of time',
  cancelled: 'was cancelled',
  errored: 'was stopped by a fault on our side',
};

/** Progress of a submission with its runs counted by how they ended; `waiting` says why the next one does not run yet. */
export function runs(
  bounty: string,
  submission: SubmissionWire,
  executions: ExecutionSummaryWire[],
  waiting: string | null,
): MessageView {
  const counts = Object.entries(Object.groupBy(executions, (execution) => execution.state)).map(([state, list]) => [
    state.replaceAll('_', ' '),
    String(list?.length ?? 0),
  ]);
  const { done, total } = submission.progress;
  const options = { bounty, agent: submission.agentCode };
  return privately(`${submission.agentCode} for ${bounty}: ${done} of ${total} cases run`, {
    tone: submission.state === 'failed' ? 'bad' : 'neutral',
    ...(waiting === null ? {} : { body: [waiting] }),
    fields: [
      { label: 'State', value: submission.state },
      { label: 'Score', value: showScore(submission.verdict?.score) },
    ],
    ...(counts.length > 0 ? { table: { columns: ['Runs', 'Count'], rows: counts } } : {}),
    actions: [button('Look again', 'bounty runs', options), button('Why this score?', 'bounty why', options)],
  });
}

/** The newest runs of one person, of one agent where it is named. */
export function runList(executions: ExecutionSummaryWire[], agent: string | undefined): MessageView {
  const whose = agent === undefined ? 'Your newest runs' : `The newest runs of ${agent}`;
  if (executions.length === 0) {
    return privately(agent === undefined ? 'You have no run yet' : `${agent} has no run yet`, {
      body: ['Run an agent with /agent test or /bounty test.'],
    });
  }
  const again: Record<string, string> = agent === undefined ? {} : { agent };
  return privately(whose, {
    table: {
      columns: ['No.', 'Queued (UTC)', 'Agent', 'Run', 'Used'],
      rows: executions.map((run, n) => [
        String(n + 1),
        run.createdAt.slice(0, 16).replace('T', ' '),
        nameOf(run),
        (runStates[run.state] ?? run.state) + (run.replayOf === null ? '' : ' (replay)'),
        run.cpuMs === null ? '–' : `${run.cpuMs.toFixed(0)} ms`,
      ]),
    },
    actions: [
      ...executions
        .slice(0, buttonsMax - 1)
        .map((run, n) => button(`Open no. ${n + 1}`, 'bounty runs', { run: run.id })),
      button('Look again', 'bounty runs', again),
    ],
  });
}

/** One run: its state and why it waits, what it said last, what it gave and used, and what can be done with it. */
export function oneRun(run: ExecutionWire): MessageView {
  const options = { run: run.id };
  const isOpen = run.state === 'queued' || run.state === 'running';
  const mayAct = run.class === 'interactive';
  // A replay is made again from the run it repeats.
  const isRepeatable = mayAct && !isOpen && run.replayOf === null;
  const mayReplay = isRepeatable && (run.state === 'succeeded' || run.state === 'failed');
  const log = run.logs
    .slice(-logLinesShown)
    .map(({ level, message }) => (level === 'log' ? message : `${level}: ${message}`));
  const value =
    run.state === 'succeeded' ? ['output', run.output] : run.partial === null ? null : ['partial output', run.partial];
  const code = [
    ...log,
    ...(value === null || run.isPrivate ? [] : [`${String(value[0])}: ${showJson(value[1], 800)}`]),
  ];
  return privately(
    `The run of ${nameOf(run)} ${runStates[run.state] ?? run.state}${run.attempt > 1 ? `, attempt ${run.attempt}` : ''}`,
    {
      tone: tones[run.state] ?? 'neutral',
      body: [
        ...(run.waiting === null ? [] : [run.waiting]),
        ...(run.error === null ? [] : [shorten(run.error.message, 400)]),
        ...(run.isPrivate ? ['It ran on a private case: neither its output nor its log is shown.'] : []),
        ...replayed(run),
      ],
      ...(code.length > 0 ? { code: shorten(code.join('\n'), 2_000) } : {}),
      footer: used(run),
      actions: [
        button('Look again', 'bounty runs', options, isOpen ? 'primary' : undefined),
        ...(mayAct && isOpen ? [button('Cancel', 'bounty runs', { ...options, act: 'cancel' }, 'danger')] : []),
        ...(isRepeatable && run.state !== 'succeeded'
          ? [button('Run again', 'bounty runs', { ...options, act: 'again' })]
          : []),
        ...(mayReplay ? [button('Replay', 'bounty runs', { ...options, act: 'replay' })] : []),
        button('All runs', 'bounty runs', {}),
      ],
    },
  );
}

function nameOf({ agentCode, version }: ExecutionSummaryWire): string {
  return `${agentCode} v${version}`;
}

function replayed({ replay }: ExecutionWire): string[] {
  if (replay === null || replay.isEqual === null) return [];
  return [replay.isEqual ? 'A replay: every byte was the same.' : `A replay: it first differs at ${replay.differsAt}.`];
}

function used(run: ExecutionWire): string {
  if (run.cpuMs === null) return '';
  const parts = [`${run.cpuMs.toFixed(1)} ms of processor time`];
  if (run.memoryPeakBytes !== null) parts.push(`${(run.memoryPeakBytes / 1024 ** 2).toFixed(1)} MiB of memory`);
  if (run.toolCalls) parts.push(`${run.toolCalls} tool call${run.toolCalls === 1 ? '' : 's'}`);
  if (run.llmTokens) parts.push(`${run.llmTokens} tokens of language models`);
  return parts.join(' · ');
}
