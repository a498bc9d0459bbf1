import type { EventLoopUtilization } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { describeOutcome } from './describe-outcome.ts';
import type { PreparedEngine } from './engines.ts';
import { threadLimits, wallGraceMs, type Limits } from './limits.ts';
import type { ExecutionSpec, LogLine, Outcome, ThreadMessage, ThreadRequest } from './sandbox-types.ts';
import { Turns, type TurnTaker } from './turns.ts';

export type RunEvents = {
  log(line: LogLine): void;
  progress(fraction: number, note: string | null): void;
  /** It stands still because it is the turn of others, or goes on. */
  turn(isWaiting: boolean): void;
  tool(callId: number, name: string, args: string): void;
  end(outcome: Outcome): void;
};

export type PooledRun = { answerTool(callId: number, json: string | null, code: string | null): void; cancel(): void };

const idleMs = 10_000;
const runsMax = 500;
// An idle thread does not collect its garbage: one whose guest grew past this is ended, which gives its memory back at once.
const keptBytesMax = 32 * 1024 * 1024;

type Thread = TurnTaker & {
  lastTenant: string | undefined;
  worker: Worker;
  runs: number;
  idleTimer: NodeJS.Timeout | null;
  current: { receive(message: ThreadMessage): void; died(why: string): void } | null;
};

/** Threads for runs, one each: started when needed, kept a while when idle, ended when a run went over its wall clock or broke the engine. */
export class ThreadPool {
  readonly #prepared: PreparedEngine;
  readonly #code: URL;
  readonly #idleMin: number;
  readonly #idle: Thread[] = [];
  readonly #turns = new Turns();

  /** `code`: thread.ts as one JavaScript module. */
  constructor(prepared: PreparedEngine, code: string, idleMin: number) {
    this.#prepared = prepared;
    this.#code = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    this.#idleMin = idleMin;
    for (let count = 0; count < idleMin; count += 1) this.#rest(this.#open());
  }

  /** Starts a run on a thread of its own. `events.end` is called exactly once. */
  run(spec: ExecutionSpec, limits: Limits, events: RunEvents): PooledRun {
    const thread = this.#take(spec.tenant) ?? this.#open();
    thread.lastTenant = spec.tenant;
    if (thread.idleTimer !== null) clearTimeout(thread.idleTimer);
    thread.runs += 1;
    let partial: string | null = null;
    let ended = false;

    const end = (outcome: Outcome, keep: boolean) => {
      if (ended) return;
      ended = true;
      wall.stop();
      this.#turns.leave(thread);
      thread.current = null;
      if (keep && thread.runs < runsMax) this.#rest(thread);
      else void thread.worker.terminate();
      events.end(outcome);
    };
    const busy = thread.worker.performance.eventLoopUtilization();
    const stop = (status: 'LIMIT_WALL' | 'CANCELLED' | 'HOST_FAULT', why?: string) => {
      const message = why ?? describeOutcome(status, limits);
      end({ ...stoppedOutcome(status, message), partial, ...usedBy(thread, busy, wall.elapsedMs()) }, false);
    };
    Atomics.store(thread.gate, 1, 0);
    const wall = openStopwatch(limits.wallMs + wallGraceMs, () => stop('LIMIT_WALL'));

    thread.current = {
      receive: (message) => {
        if (message.type === 'outcome')
          return end(message.outcome, message.isHealthy && message.outcome.memoryPeakBytes <= keptBytesMax);
        if (message.type === 'log') return events.log(message.line);
        if (message.type === 'progress') return events.progress(message.fraction, message.note);
        if (message.type === 'tool') return events.tool(message.callId, message.name, message.args);
        if (message.type === 'long') return this.#turns.join(thread);
        if (message.type === 'emit') return void (partial = message.json);
        if (message.isWaiting) wall.pause();
        else wall.goOn();
        events.turn(message.isWaiting);
      },
      died: (why) => stop('HOST_FAULT', why),
    };
    thread.worker.postMessage({ type: 'run', spec, limits } satisfies ThreadRequest);
    return {
      answerTool: (callId, json, code) => {
        if (!ended) thread.worker.postMessage({ type: 'tool-answer', callId, json, code } satisfies ThreadRequest);
      },
      cancel: () => stop('CANCELLED'),
    };
  }

  /** An idle thread, one that served the same tenant before others: it may still have its engine instance. */
  #take(tenant: string | undefined): Thread | undefined {
    const same = tenant === undefined ? -1 : this.#idle.findLastIndex((thread) => thread.lastTenant === tenant);
    return same === -1 ? this.#idle.pop() : this.#idle.splice(same, 1)[0];
  }

  #open(): Thread {
    const gate = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(this.#code, {
      workerData: { prepared: this.#prepared, gate },
      resourceLimits: threadLimits,
      env: {},
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { gate, lastTenant: undefined, worker, runs: 0, idleTimer: null, current: null };
    worker.on('message', (message: ThreadMessage) => thread.current?.receive(message));
    worker.on('error', (error: Error) => {
      this.#forget(thread);
      thread.current?.died(`A thread of the sandbox failed: ${error.message}`);
    });
    worker.on('exit', () => {
      this.#forget(thread);
      thread.current?.died('A thread of the sandbox ended.');
    });
    return thread;
  }

  #rest(thread: Thread): void {
    this.#idle.push(thread);
    thread.idleTimer = setTimeout(() => {
      if (this.#idle.length <= this.#idleMin) return;
      this.#forget(thread);
      void thread.worker.terminate();
    }, idleMs);
    thread.idleTimer.unref();
  }

  #forget(thread: Thread): void {
    const at = this.#idle.indexOf(thread);
    if (at !== -1) this.#idle.splice(at, 1);
    if (thread.idleTimer !== null) clearTimeout(thread.idleTimer);
  }
}

/** A timer that can stand still for a while. */
function openStopwatch(ms: number, onEnd: () => void) {
  let leftMs = ms;
  let fromMs = performance.now();
  let timer: NodeJS.Timeout | null = setTimeout(onEnd, leftMs);
  const stop = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    stop,
    elapsedMs: () => ms - leftMs + (timer === null ? 0 : performance.now() - fromMs),
    pause() {
      if (timer !== null) leftMs -= performance.now() - fromMs;
      stop();
    },
    goOn() {
      stop();
      fromMs = performance.now();
      timer = setTimeout(onEnd, leftMs);
    },
  };
}

/** What a run used that a thread did not live to tell: it was busy for as long as it did not wait for a tool or its turn. */
function usedBy({ worker, gate }: Thread, before: EventLoopUtilization, wallMs: number) {
  const { active } = worker.performance.eventLoopUtilization(before);
  return { wallMs, cpuMs: Math.min(active, wallMs), memoryPeakBytes: Atomics.load(gate, 1) * 1024 };
}

function stoppedOutcome(status: Outcome['status'], message: string): Outcome {
  return {
    status,
    output: null,
    partial: null,
    error: { code: status, message },
    logs: [],
    logTruncated: false,
    cpuMs: 0,
    wallMs: 0,
    memoryPeakBytes: 0,
    toolCalls: 0,
    trapped: false,
  };
}
