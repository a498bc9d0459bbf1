import { Worker } from 'node:worker_threads';
import type { PreparedEngine } from './engines.ts';
import { newGate, usedBy, type Gate } from './gate.ts';
import type { HostMessage } from './host-messages.ts';
import { threadLimits } from './limits.ts';
import type { ThreadData, ThreadMessage } from './thread-messages.ts';
import { Turns } from './turns.ts';

type Thread = { gate: Gate; worker: Worker };

/** The threads of the host: opens them, ends them whatever they do, and lets long runs of them take turns. */
export class HostThreads {
  readonly #prepared: PreparedEngine;
  readonly #code: URL;
  readonly #say: (message: HostMessage) => void;
  readonly #open = new Map<number, Thread>();
  readonly #turns = new Turns();

  /** `code`: thread.ts as one JavaScript module. */
  constructor(prepared: PreparedEngine, code: string, say: (message: HostMessage) => void) {
    this.#prepared = prepared;
    this.#code = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    this.#say = say;
  }

  /** `lane`: the file descriptor of the thread's lane. */
  open(thread: number, lane: number): void {
    const gate = newGate();
    const worker = new Worker(this.#code, {
      workerData: { prepared: this.#prepared, gate, thread, lane } satisfies ThreadData,
      resourceLimits: threadLimits,
      env: {},
      stdout: true,
      stderr: true,
    });
    const opened: Thread = { gate, worker };
    let why = 'A thread of the sandbox ended.';
    this.#open.set(thread, opened);
    worker.on('message', (message: ThreadMessage) => {
      if (message === 'long') this.#turns.join(opened);
      else this.#turns.leave(opened);
    });
    worker.on('error', (error: Error) => (why = `A thread of the sandbox failed: ${error.message}`));
    worker.on('exit', () => {
      this.#open.delete(thread);
      this.#turns.leave(opened);
      this.#say({ type: 'gone', thread, why });
    });
  }

  end(thread: number): void {
    const opened = this.#open.get(thread);
    if (opened === undefined) return;
    this.#say({ type: 'ending', thread, ...usedBy(opened.gate) });
    this.#turns.leave(opened);
    void opened.worker.terminate();
  }
}
