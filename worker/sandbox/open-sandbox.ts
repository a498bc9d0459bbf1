import { checkHostMessage, checkLaneMessage } from './check-messages.ts';
import { findEngineFiles } from './engine-files.ts';
import type { EngineName } from './engines.ts';
import type { HostMessage } from './host-messages.ts';
import { probeFile, startHost } from './host-process.ts';
import { LaneRun, type Host, type WantedRun } from './lane-run.ts';
import type { LaneMessage } from './lane-messages.ts';
import { Lanes, type Lane } from './lanes.ts';
import { hostGraceMs, limits as defaults, type Limits } from './limits.ts';
import type { ExecutionSpec, Outcome, Sandbox } from './sandbox-types.ts';
import { stoppedOutcome } from './stopped-outcome.ts';
import { threadCode } from './thread-code.ts';
import { findWalls } from './walls.ts';

export type SandboxOptions = {
  /** Executions at once, and threads, those included that are being ended; more wait. */
  threadsMax: number;
  /** Threads kept ready; two unless said. */
  idleThreads?: number;
  /** Which engine runs strangers' code; the first of engineNames unless said. */
  engine?: EngineName;
  /** How long nothing runs until a host that had many runs at once is replaced; ten seconds unless said. */
  restMs?: number;
  onProblem?(line: string): void;
};

// A host that had so many runs at once is replaced when nothing ran for a while: what many threads leave behind is not all given back.
const crowd = 16;
const usualRestMs = 10_000;

// Its lane, and what an event loop needs.
const openFilesEach = 8;

/**
 * Opens the sealed room: a host process inside the walls this system offers, with threads for executions. A host that dies is started
 * again with the next execution; those it had are HOST_FAULT. One that served many at once is replaced when nothing ran for ten seconds. Close it, or the process does not end.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { threadsMax, engine = 'quickjs-emscripten', restMs = usualRestMs, idleThreads = 2 } = options;
  const walls = await findWalls(process.execPath, probeFile, Math.max(1_024, threadsMax * openFilesEach));
  const running = new Map<number, LaneRun>();
  const waiting: WantedRun[] = [];
  let host: Host | null = null;
  let hostStarts = 0;
  let lastRun = 0;
  let closed = false;
  let mostAtOnce = 0;
  let resting: NodeJS.Timeout | undefined;
  let stuck: NodeJS.Timeout | undefined;

  function aliveHost(): Host {
    if (host !== null) return host;
    hostStarts += 1;
    mostAtOnce = 0;
    const alive = startHost(walls, engine, threadsMax, {
      onHost: (message) => hearHost(started, checkHostMessage(message)),
      onLane: (lane, message) => hearLane(started, lane, checkLaneMessage(message)),
      onProblem: (line) => options.onProblem?.(line),
    });
    alive.tellHost({ type: 'open', threadCode: threadCode() });
    const started: Host = { process: alive, lanes: new Lanes(alive, threadsMax, idleThreads) };
    host = started;
    void alive.ended.then(() => {
      if (host === started) host = null;
      for (const run of running.values()) if (run.host === started) run.faulted();
      serve();
    });
    return started;
  }

  function replaceHost(): void {
    if (closed || running.size > 0) return;
    host?.process.kill();
    host = null;
    aliveHost();
  }

  /** A thread has a say in the run on its own lane alone. */
  function hearLane(from: Host, lane: number, message: LaneMessage): void {
    const run = running.get(message.run);
    if (run?.host === from && run.lane.number === lane) run.receive(message);
  }

  function hearHost(from: Host, message: HostMessage): void {
    const { lanes } = from;
    const run = [...running.values()].find((one) => one.host === from && one.lane.thread === message.thread);
    if (message.type === 'ending') {
      lanes.wake(message.thread);
      return run?.stopped(message.cpuMs, message.memoryPeakBytes);
    }
    lanes.gone(message.thread);
    run?.lost(message.why);
    serve();
    lanes.fill();
  }

  /** Begins what waits, as long as there is room. */
  function serve(): void {
    while (!closed) {
      const [next] = waiting;
      if (next === undefined) return;
      const alive = aliveHost();
      const lane = alive.lanes.take(next.spec.tenant);
      if (lane === null) return watchForRoom(alive);
      waiting.shift();
      begin(next, alive, lane);
    }
  }

  /** Nothing runs, and yet there is no room: threads that were to end do not. A host that goes on so is ended, which harms no run. */
  function watchForRoom({ process: { kill } }: Host): void {
    if (running.size === 0) stuck ??= setTimeout(kill, hostGraceMs);
  }

  function begin(wanted: WantedRun, alive: Host, lane: Lane): void {
    clearTimeout(resting);
    clearTimeout(stuck);
    stuck = undefined;
    lastRun += 1;
    const number = lastRun;
    const end = (outcome: Outcome) => {
      running.delete(number);
      if (running.size === 0 && mostAtOnce >= crowd) resting = setTimeout(replaceHost, restMs).unref();
      wanted.end(outcome);
      serve();
    };
    running.set(number, new LaneRun(number, alive, lane, { ...wanted, end }));
    mostAtOnce = Math.max(mostAtOnce, running.size);
  }

  aliveHost();
  return {
    engine: `${engine}@${findEngineFiles(engine).version}`,
    async run(spec, events = {}, signal) {
      const limits = { ...defaults, ...spec.limits };
      const tooLarge = checkSizes(spec, limits);
      if (tooLarge !== null) return tooLarge;
      if (closed || signal?.aborted) return stoppedOutcome(closed ? 'HOST_FAULT' : 'CANCELLED', limits);
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const wanted: WantedRun = { spec, limits, events, signal, end: resolve };
      const leave = () => {
        const at = waiting.indexOf(wanted);
        if (at === -1) return;
        waiting.splice(at, 1);
        resolve(stoppedOutcome('CANCELLED', limits));
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(wanted);
      serve();
      return promise.finally(() => signal?.removeEventListener('abort', leave));
    },
    stats: () => ({
      running: running.size,
      waiting: waiting.length,
      hostPid: host?.process.pid ?? null,
      hostStarts,
      walls: ['node permissions', ...walls.names],
    }),
    async close() {
      closed = true;
      clearTimeout(resting);
      clearTimeout(stuck);
      for (const { limits, end } of waiting.splice(0)) end(stoppedOutcome('HOST_FAULT', limits));
      const last = host;
      last?.process.kill();
      await last?.process.ended;
    },
  };
}

function checkSizes(spec: ExecutionSpec, limits: Limits): Outcome | null {
  const tooMuch = (what: string, bytes: number) => ({
    ...stoppedOutcome('GUEST_ERROR', limits),
    error: { code: 'GUEST_ERROR', message: `The ${what} is larger than ${bytes} bytes.` },
  });
  if (Buffer.byteLength(spec.code) > limits.codeBytesMax) return tooMuch('code', limits.codeBytesMax);
  if (Buffer.byteLength(spec.input) > limits.inputBytesMax) return tooMuch('input', limits.inputBytesMax);
  return null;
}
