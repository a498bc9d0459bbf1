import { createHash } from 'node:crypto';
import { checkOutput } from './check-output.ts';
import { describeOutcome } from './describe-outcome.ts';
import { findEngineFiles } from './engine-files.ts';
import type { EngineName } from './engines.ts';
import { probeFile, startHost, type HostProcess } from './host-process.ts';
import type { HostMessage } from './host-messages.ts';
import { frameBytesMax, hostGraceMs, limits as defaults, wallGraceMs, type Limits } from './limits.ts';
import type { ExecutionSpec, LogLine, Outcome, OutcomeStatus, Sandbox, SandboxEvents } from './sandbox-types.ts';
import { threadCode } from './thread-code.ts';
import { findWalls } from './walls.ts';

export type SandboxOptions = {
  /** Executions at once; more wait. */
  threadsMax: number;
  /** Threads kept ready. */
  idleThreads?: number;
  /** Which engine runs strangers' code; the first of engineNames unless said. */
  engine?: EngineName;
  /** How long nothing runs until a host that had many runs at once is replaced; ten seconds unless said. */
  restMs?: number;
  onProblem?(line: string): void;
};

const codesMax = 256;

// A host that had so many runs at once is replaced when nothing ran for a while: what many threads leave behind is not all given back.
const crowd = 16;
const usualRestMs = 10_000;

type Running = {
  host: HostProcess;
  spec: ExecutionSpec;
  limits: Limits;
  events: SandboxEvents;
  logs: LogLine[];
  logBytes: number;
  /** Watches that the host keeps its own clock, except while the run stands still. */
  watch(isWaiting: boolean): void;
  end(outcome: Outcome): void;
};

/**
 * Opens the sealed room: a host process inside the walls this system offers, with threads for executions. A host that dies is started
 * again with the next execution; those it had are HOST_FAULT. One that served many at once is replaced when nothing ran for ten seconds. Close it, or the process does not end.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const walls = await findWalls(process.execPath, probeFile);
  const { engine = 'quickjs-emscripten', restMs = usualRestMs } = options;
  const running = new Map<string, Running>();
  const waiting: (() => void)[] = [];
  /** Code the host has, with the hash that names it. */
  const sentCodes = new Map<string, string>();
  let host: HostProcess | null = null;
  let hostStarts = 0;
  let busy = 0;
  let closed = false;
  let mostAtOnce = 0;
  let resting: NodeJS.Timeout | undefined;

  function aliveHost(): HostProcess {
    if (host !== null) return host;
    hostStarts += 1;
    sentCodes.clear();
    mostAtOnce = 0;
    const hear = (message: HostMessage) => receive(started, message);
    const started: HostProcess = startHost(walls, engine, options.idleThreads ?? 2, hear, (line) =>
      options.onProblem?.(line),
    );
    host = started;
    started.send({ type: 'open', threadCode: threadCode() });
    void started.ended.then(() => {
      if (host === started) host = null;
      for (const run of running.values()) if (run.host === started) run.end(faulty('HOST_FAULT', run.limits));
    });
    return started;
  }

  function replaceHost(): void {
    const last = host;
    if (closed || running.size > 0) return;
    host = null;
    last?.kill();
    aliveHost();
  }

  function receive(from: HostProcess, message: HostMessage): void {
    if (message.type === 'ready') return;
    const run = running.get(message.id);
    if (run === undefined || run.host !== from) return;
    if (message.type === 'log') keepLog(run, message.line);
    else if (message.type === 'progress') run.events.onProgress?.(message.fraction, message.note);
    else if (message.type === 'tool') void callTool(run, message);
    else if (message.type === 'turn') run.watch(message.isWaiting);
    else if (message.type === 'outcome') run.end(checked(message.outcome, run));
  }

  async function callTool(
    run: Running,
    { id, callId, name, args }: Extract<HostMessage, { type: 'tool' }>,
  ): Promise<void> {
    const { onTool } = run.events;
    const isApproved = run.spec.tools?.includes(name) === true;
    let answer: { json: string | null; code: string | null };
    try {
      if (onTool === undefined || !isApproved) throw new Error('tool_denied');
      const json = await onTool({ name, args });
      if (!fitsFrame(json)) throw new Error('too_large');
      answer = { json, code: null };
    } catch (error) {
      answer = {
        json: null,
        code: error instanceof Error && /^[a-z_]{1,40}$/.test(error.message) ? error.message : 'failed',
      };
    }
    if (running.get(id) === run) run.host.send({ type: 'tool-answer', id, callId, ...answer });
  }

  function start(
    spec: ExecutionSpec,
    limits: Limits,
    events: SandboxEvents,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      const { id } = spec;
      const alive = aliveHost();
      let guard: NodeJS.Timeout;
      const watch = (isWaiting: boolean) => {
        clearTimeout(guard);
        // A host that does not keep its own clock is taken for dead, with everything in it.
        if (!isWaiting) guard = setTimeout(() => alive.kill(), limits.wallMs + wallGraceMs + hostGraceMs);
      };
      const cancel = () => alive.send({ type: 'cancel', id });
      const end = (outcome: Outcome) => {
        clearTimeout(guard);
        signal?.removeEventListener('abort', cancel);
        running.delete(id);
        if (running.size === 0 && mostAtOnce >= crowd) resting = setTimeout(replaceHost, restMs).unref();
        resolve(outcome);
      };
      clearTimeout(resting);
      running.set(id, { host: alive, spec, limits, events, logs: [], logBytes: 0, watch, end });
      mostAtOnce = Math.max(mostAtOnce, running.size);
      sendRun(alive, spec, limits);
      watch(false);
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  function sendRun(alive: HostProcess, spec: ExecutionSpec, limits: Limits): void {
    const { code, libraries = [], ...rest } = spec;
    if (sentCodes.size + libraries.length >= codesMax) {
      sentCodes.clear();
      alive.send({ type: 'forget-codes' });
    }
    const sent = {
      ...rest,
      codeHash: sendCode(alive, code),
      libraries: libraries.map((library) => ({ name: library.name, codeHash: sendCode(alive, library.code) })),
    };
    alive.send({ type: 'run', spec: sent, limits });
  }

  function sendCode(alive: HostProcess, code: string): string {
    const known = sentCodes.get(code);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(code).digest('base64');
    sentCodes.set(code, hash);
    alive.send({ type: 'code', hash, code });
    return hash;
  }

  aliveHost();
  return {
    engine: `${engine}@${findEngineFiles(engine).version}`,
    async run(spec, events = {}, signal) {
      const limits = { ...defaults, ...spec.limits };
      const tooLarge = checkSizes(spec, limits);
      if (tooLarge !== null) return tooLarge;
      if (busy >= options.threadsMax) await new Promise<void>((resolve) => waiting.push(resolve));
      busy += 1;
      try {
        if (closed || signal?.aborted) return faulty(closed ? 'HOST_FAULT' : 'CANCELLED', limits);
        return await start(spec, limits, events, signal);
      } finally {
        busy -= 1;
        waiting.shift()?.();
      }
    },
    stats: () => ({
      running: running.size,
      waiting: waiting.length,
      hostPid: host?.pid ?? null,
      hostStarts,
      walls: ['node permissions', ...walls.names],
    }),
    async close() {
      closed = true;
      clearTimeout(resting);
      const last = host;
      last?.kill();
      await last?.ended;
    },
  };
}

/** Text grows when it is quoted for the frame, up to six times; the host would take a frame that is too long for a lie and end. */
function fitsFrame(json: string): boolean {
  const margin = 1_024;
  return json.length * 6 + margin < frameBytesMax || Buffer.byteLength(JSON.stringify(json)) + margin < frameBytesMax;
}

/** What came out of the host is not believed: sizes and shape are checked again here. */
function checked(outcome: Outcome, run: Running): Outcome {
  const whole = { ...outcome, logs: run.logs };
  const partial =
    outcome.partial !== null && checkOutput(outcome.partial, run.limits) === 'OK' ? outcome.partial : null;
  if (outcome.status !== 'OK') return { ...whole, output: null, partial };
  const verdict = checkOutput(outcome.output ?? '', run.limits);
  if (verdict === 'OK') return { ...whole, partial };
  return {
    ...whole,
    status: verdict,
    output: null,
    partial,
    error: { code: verdict, message: describeOutcome(verdict, run.limits) },
  };
}

function keepLog(run: Running, line: LogLine): void {
  run.logBytes += line.message.length;
  if (run.logBytes > run.limits.logBytesMax * 2 || run.logs.length >= run.limits.logLinesMax) return;
  run.logs.push(line);
  run.events.onLog?.(line);
}

function checkSizes(spec: ExecutionSpec, limits: Limits): Outcome | null {
  const tooMuch = (what: string, bytes: number) => ({
    ...faulty('GUEST_ERROR', limits),
    error: { code: 'GUEST_ERROR', message: `The ${what} is larger than ${bytes} bytes.` },
  });
  if (Buffer.byteLength(spec.code) > limits.codeBytesMax) return tooMuch('code', limits.codeBytesMax);
  if (Buffer.byteLength(spec.input) > limits.inputBytesMax) return tooMuch('input', limits.inputBytesMax);
  return null;
}

function faulty(status: OutcomeStatus, limits: Limits): Outcome {
  return {
    status,
    output: null,
    partial: null,
    error: { code: status, message: describeOutcome(status, limits) },
    logs: [],
    logTruncated: false,
    cpuMs: 0,
    wallMs: 0,
    memoryPeakBytes: 0,
    toolCalls: 0,
    trapped: false,
  };
}
