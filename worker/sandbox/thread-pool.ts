import type { EventLoopUtilization } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { describeOutcome } from './describe-outcome.ts';
import type { PreparedEngine } from './engines.ts';
import { isReady, newGate, notedMemoryBytes, resetGate } from './gate.ts';
import { threadLimits, wallGraceMs, type Limits } from './limits.ts';
import type { ExecutionSpec, Outcome } from './sandbox-types.ts';
import type { ThreadData, ThreadMessage, ThreadRequest } from './thread-messages.ts';
import { Turns, type TurnTaker } from './turns.ts';
import type { MainVoice } from './voice.ts';

export type RunEvents = {
  /** It stands still because it is the turn of others, or goes on. */
  turn(isWaiting: boolean): void;
  /** It is over. The outcome of a run that came to its own end is null: its thread has told it. */
  end(outcome: Outcome | null): void;
};

export type PooledRun = { answerTool(callId: number, json: string | null, code: string | null): void; cancel(): void };

const idleMs = 10_000;
const runsMax = 500;

type Thread = TurnTaker & {
  number: number;
  lastTenant: string | undefined;
  worker: Worker;
  runs: number;
  idleTimer: NodeJS.Timeout | null;
  current: { receive(message: ThreadMessage): void; free(): void; died(why: string): void } | null;
};

/** Threads for runs, one each: started when needed, kept a while when idle, ended when a run went over its wall clock or broke the engine. */
export class ThreadPool {
  readonly #prepared: PreparedEngine;
  readonly #code: URL;
  readonly #idleMin: number;
  readonly #voice: MainVoice;
  readonly #idle: Thread[] = [];
  readonly #busy = new Set<Thread>();
  readonly #turns = new Turns();
  #nextRun = 1;

  /** `code`: thread.ts as one JavaScript module. */
  constructor(prepared: PreparedEngine, code: string, idleMin: number, voice: MainVoice) {
    this.#prepared = prepared;
    this.#voice = voice;
    this.#code = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    this.#idleMin = idleMin;
    for (let count = 0; count < idleMin; count += 1) this.#rest(this.#open());
  }

  /** Starts a run on a thread of its own. `events.end` is called exactly once. */
  run(spec: ExecutionSpec, limits: Limits, events: RunEvents): PooledRun {
    this.#freeThoseReady();
    const thread = this.#take(spec.tenant) ?? this.#open();
    const run = this.#nextRun;
    this.#nextRun += 1;
    resetGate(thread.gate);
    // First of all: the clocks are not in a hurry.
    thread.worker.postMessage({ type: 'run', run, spec, limits } satisfies ThreadRequest);
    thread.lastTenant = spec.tenant;
    if (thread.idleTimer !== null) clearTimeout(thread.idleTimer);
    thread.runs += 1;
    this.#busy.add(thread);
    const busyBefore = thread.worker.performance.eventLoopUtilization();
    const wall = openStopwatch(limits.wallMs + wallGraceMs, () => stop('LIMIT_WALL'));
    let partial: string | null = null;
    let ended = false;

    const end = (outcome: Outcome | null, keep: boolean) => {
      if (ended) return;
      ended = true;
      wall.stop();
      this.#turns.leave(thread);
      thread.current = null;
      this.#busy.delete(thread);
      if (keep && thread.runs < runsMax) this.#rest(thread);
      else this.#terminate(thread);
      events.end(outcome);
    };
    const stop = (status: 'LIMIT_WALL' | 'CANCELLED' | 'HOST_FAULT', why?: string) => {
      const message = why ?? describeOutcome(status, limits);
      end({ ...stoppedOutcome(status, message), partial, ...usedBy(thread, busyBefore, wall.elapsedMs()) }, false);
    };
    thread.current = {
      receive: (message) => {
        // What is left of the run before, which was seen to be over without its message.
        if (message.run !== run) return;
        if (message.type === 'ended') return end(null, message.isReusable);
        if (message.type === 'long') return this.#turns.join(thread);
        if (message.type === 'emit') return void (partial = message.json);
        if (message.isWaiting) wall.pause();
        else wall.goOn();
        events.turn(message.isWaiting);
      },
      free: () => end(null, true),
      died: (why) => stop('HOST_FAULT', why),
    };
    return {
      answerTool: (callId, json, code) => {
        if (!ended) thread.worker.postMessage({ type: 'tool-answer', callId, json, code } satisfies ThreadRequest);
      },
      cancel: () => stop('CANCELLED'),
    };
  }

  /** Threads whose runs are over, though their message is still on its way: a run that follows at once finds its instance. */
  #freeThoseReady(): void {
    for (const thread of this.#busy) if (isReady(thread.gate) && thread.runs < runsMax) thread.current?.free();
  }

  /** An idle thread, one that served the same tenant before others: it may still have its engine instance. */
  #take(tenant: string | undefined): Thread | undefined {
    const same = tenant === undefined ? -1 : this.#idle.findLastIndex((thread) => thread.lastTenant === tenant);
    return same === -1 ? this.#idle.pop() : this.#idle.splice(same, 1)[0];
  }

  #open(): Thread {
    const gate = newGate();
    const number = this.#voice.newNumber();
    const worker = new Worker(this.#code, {
      workerData: { prepared: this.#prepared, gate, turn: this.#voice.turn, number } satisfies ThreadData,
      resourceLimits: threadLimits,
      env: {},
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { gate, number, lastTenant: undefined, worker, runs: 0, idleTimer: null, current: null };
    worker.on('message', (message: ThreadMessage) => thread.current?.receive(message));
    worker.on('error', (error: Error) => {
      this.#forget(thread);
      thread.current?.died(`A thread of the sandbox failed: ${error.message}`);
    });
    worker.on('exit', () => {
      this.#voice.forget(number);
      this.#forget(thread);
      thread.current?.died('A thread of the sandbox ended.');
    });
    return thread;
  }

  /** One that was idle for a while is ended; those that are kept are new ones, because an idle thread does not collect its garbage. */
  #rest(thread: Thread): void {
    this.#idle.push(thread);
    thread.idleTimer = setTimeout(() => {
      if (this.#idle.length <= this.#idleMin && thread.runs === 0) return;
      this.#forget(thread);
      this.#terminate(thread);
      if (this.#idle.length < this.#idleMin) this.#rest(this.#open());
    }, idleMs);
    thread.idleTimer.unref();
  }

  #terminate({ gate, number, worker }: Thread): void {
    this.#voice.silence(number, gate);
    void worker.terminate();
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
  return { wallMs, cpuMs: Math.min(active, wallMs), memoryPeakBytes: notedMemoryBytes(gate) };
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
