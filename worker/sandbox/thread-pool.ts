import { Worker } from 'node:worker_threads';
import { describeOutcome } from './describe-outcome.ts';
import type { EngineName } from './engines.ts';
import { threadLimits, wallGraceMs, type Limits } from './limits.ts';
import type { ExecutionSpec, LogLine, Outcome, ThreadMessage, ThreadRequest } from './sandbox-types.ts';

export type RunEvents = {
  log(line: LogLine): void;
  progress(fraction: number, note: string | null): void;
  emit(json: string): void;
  tool(callId: number, name: string, args: string): void;
  end(outcome: Outcome): void;
};

export type PooledRun = { answerTool(callId: number, json: string | null, code: string | null): void; cancel(): void };

const idleMs = 10_000;
const runsMax = 500;
// An idle thread does not collect its garbage: one whose guest grew past this is ended, which gives its memory back at once.
const keptBytesMax = 32 * 1024 * 1024;

type Thread = {
  lastTenant: string | undefined;
  worker: Worker;
  runs: number;
  idleTimer: NodeJS.Timeout | null;
  current: { receive(message: ThreadMessage): void; died(why: string): void } | null;
};

/** Threads for runs, one each: started when needed, kept a while when idle, ended when a run went over its wall clock or broke the engine. */
export class ThreadPool {
  readonly #engine: EngineName;
  readonly #wasmModule: WebAssembly.Module;
  readonly #idleMin: number;
  readonly #idle: Thread[] = [];

  constructor(engine: EngineName, wasmModule: WebAssembly.Module, idleMin: number) {
    this.#engine = engine;
    this.#wasmModule = wasmModule;
    this.#idleMin = idleMin;
    for (let count = 0; count < idleMin; count += 1) this.#rest(this.#open());
  }

  /** Starts a run on a thread of its own. `events.end` is called exactly once. */
  run(spec: ExecutionSpec, limits: Limits, events: RunEvents): PooledRun {
    const thread = this.#take(spec.tenant) ?? this.#open();
    thread.lastTenant = spec.tenant;
    if (thread.idleTimer !== null) clearTimeout(thread.idleTimer);
    thread.runs += 1;
    const startedMs = performance.now();
    let partial: string | null = null;
    let ended = false;

    const end = (outcome: Outcome, keep: boolean) => {
      if (ended) return;
      ended = true;
      clearTimeout(wall);
      thread.current = null;
      if (keep && thread.runs < runsMax) this.#rest(thread);
      else void thread.worker.terminate();
      events.end(outcome);
    };
    const stop = (status: 'LIMIT_WALL' | 'CANCELLED' | 'HOST_FAULT', why?: string) =>
      end(
        stoppedOutcome(status, why ?? describeOutcome(status, limits), partial, performance.now() - startedMs),
        false,
      );
    const wall = setTimeout(() => stop('LIMIT_WALL'), limits.wallMs + wallGraceMs);

    thread.current = {
      receive(message) {
        if (message.type === 'outcome')
          return end(message.outcome, message.isHealthy && message.outcome.memoryPeakBytes <= keptBytesMax);
        if (message.type === 'log') return events.log(message.line);
        if (message.type === 'progress') return events.progress(message.fraction, message.note);
        if (message.type === 'tool') return events.tool(message.callId, message.name, message.args);
        partial = message.json;
        events.emit(message.json);
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
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { engine: this.#engine, wasmModule: this.#wasmModule },
      resourceLimits: threadLimits,
      env: {},
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { lastTenant: undefined, worker, runs: 0, idleTimer: null, current: null };
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

function stoppedOutcome(status: Outcome['status'], message: string, partial: string | null, wallMs: number): Outcome {
  return {
    status,
    output: null,
    partial,
    error: { code: status, message },
    logs: [],
    logTruncated: false,
    cpuMs: wallMs,
    wallMs,
    memoryPeakBytes: 0,
    toolCalls: 0,
    trapped: false,
  };
}
