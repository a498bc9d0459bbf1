import { hash } from 'node:crypto';
import { describeOutcome } from './describe-outcome.ts';
import type { EngineEvents, EngineResult } from './engine.ts';
import { Latest } from './latest.ts';
import { longRunCpuMs, toldCharactersEach, type Limits } from './limits.ts';
import { preludeParts } from './prelude-parts.ts';
import { RunLog } from './run-log.ts';
import type { ExecutionSpec, LogLine, Outcome, OutcomeStatus } from './sandbox-types.ts';

const lookEveryMs = 2;
const noteCharactersMax = 200;
// A memory this near its limit is full: the engine asks for it in steps.
const memorySlackBytes = 8 * 1024 * 1024;

type End = { status: OutcomeStatus; output?: string; message?: string };

/** What one run has said so far, what it has used, and how it ended: the same whichever engine runs it. */
export class RunCourse {
  readonly spec: ExecutionSpec;
  readonly limits: Limits;
  isHealthy = true;
  readonly #events: EngineEvents;
  readonly #memoryBytes: () => number;
  readonly #startedMs = performance.now();
  readonly #startedCpu = process.threadCpuUsage();
  readonly #logs: RunLog;
  readonly #emitted: Latest<string>;
  readonly #progress: Latest<{ fraction: number; note: string | null }>;
  #partial: string | null = null;
  /** Set by whoever ends the run first: the guest's result, an error, or a limit. */
  #end: End | null = null;
  #lookedMs = 0;
  /** How long it was the turn of others, which does not count. */
  #waitedMs = 0;
  #toolCalls = 0;
  #pendingTools = 0;

  constructor(spec: ExecutionSpec, limits: Limits, events: EngineEvents, memoryBytes: () => number) {
    this.spec = spec;
    this.limits = limits;
    this.#events = events;
    this.#memoryBytes = memoryBytes;
    this.#logs = new RunLog(limits);
    this.#emitted = new Latest(
      (json) => events.emit(json),
      (json) => 1 + json.length / toldCharactersEach,
    );
    this.#progress = new Latest(({ fraction, note }) => events.progress(fraction, note));
  }

  get isEnded(): boolean {
    return this.#end !== null;
  }

  get hasPendingTools(): boolean {
    return this.#pendingTools > 0;
  }

  /** Asked by the engine every few thousand steps, and between jobs. Once it has said yes it goes on saying so. */
  mustStop(): boolean {
    if (this.#end !== null) return true;
    const nowMs = performance.now();
    // The engine asks thousands of times a second; a look costs more than most of what is between.
    if (nowMs - this.#lookedMs < lookEveryMs) return false;
    this.#lookedMs = nowMs;
    const cpuMs = this.#cpuMs();
    const memoryBytes = this.#memoryBytes();
    this.#events.used(cpuMs, memoryBytes);
    this.#emitted.lookAfter();
    this.#progress.lookAfter();
    if (this.#wallMs() > this.limits.wallMs) this.finish('LIMIT_WALL');
    else if (cpuMs > this.limits.cpuMs) this.finish('LIMIT_CPU');
    else if (memoryBytes > this.limits.memoryBytesMax) this.finish('LIMIT_MEMORY');
    else if (cpuMs > longRunCpuMs) this.#waitedMs += this.#events.giveWay();
    return this.#end !== null;
  }

  /** The first end counts. */
  finish(status: OutcomeStatus, message?: string, output?: string): void {
    this.#end ??= {
      status,
      ...(message === undefined ? {} : { message }),
      ...(output === undefined ? {} : { output }),
    };
  }

  finishWithoutFunction(): void {
    const shape =
      this.spec.kind === 'scorer' ? 'function score({ input, output, expected })' : 'async function run(input)';
    this.finish('GUEST_ERROR', `The module exports no default function. Write: export default ${shape} { … }`);
  }

  finishUnsettledModule(): void {
    this.finish(
      'GUEST_ERROR',
      'The module awaits something at its top level that never comes. Await inside the function.',
    );
  }

  /** A native error out of the engine: the instance cannot be trusted any more, and neither can the thread. */
  trapped(error: unknown): void {
    this.isHealthy = false;
    if (this.#isMemoryFull()) this.finish('LIMIT_MEMORY');
    else if (error instanceof RangeError) this.finish('LIMIT_STACK');
    else
      this.finish(
        'GUEST_ERROR',
        'The engine stopped: the agent reached something that no program needs. Leave out what it did last.',
      );
  }

  /** `json`: the message, as a JSON string. */
  log(level: LogLine['level'], json: string): void {
    if (this.#end !== null) return;
    const line = this.#logs.add(level, JSON.parse(json) as string, this.#wallMs());
    if (line === 'flood') this.finish('LIMIT_LOG');
    else if (line !== null) this.#events.log(line);
  }

  emit(json: string): void {
    if (this.#end !== null) return;
    if (json.length > this.limits.outputBytesMax) return this.log('warn', JSON.stringify(this.#tooLargeToKeep()));
    this.#partial = json;
    this.#emitted.offer(json);
  }

  progress(fraction: number, noteJson: string): void {
    if (this.#end !== null) return;
    const note = JSON.parse(noteJson) as string | null;
    this.#progress.offer({
      fraction: Math.min(1, Math.max(0, fraction)),
      note: note === null ? null : shortened(note),
    });
  }

  /** Asks for a tool; exactly one of the two is called later, unless the run has ended by then. */
  callTool(name: string, args: string, resolve: (json: string) => void, reject: (code: string) => void): void {
    if (this.#end !== null) return;
    this.#toolCalls += 1;
    if (this.#toolCalls > this.limits.toolCallsMax) return this.finish('LIMIT_TOOL');
    this.#pendingTools += 1;
    this.#events.tool(name, args, (answer) => {
      this.#pendingTools -= 1;
      // An answer that comes after the clock has no effect.
      if (this.mustStop()) return;
      this.#trusting(() => {
        if ('json' in answer) resolve(answer.json);
        else reject(/^[a-z_]{1,40}$/.test(answer.code) ? answer.code : 'failed');
      });
    });
  }

  /** When nothing is left to do but tools to wait for, waits for one; with none it is the end. */
  waitForTool(): void {
    if (this.#pendingTools > 0) {
      // Nothing is looked after while it waits.
      this.#emitted.flush();
      this.#progress.flush();
      return this.#events.nextAnswer();
    }
    if (this.#isMemoryFull()) return this.finish('LIMIT_MEMORY');
    this.finish(
      'GUEST_ERROR',
      'The agent waits for a promise that nothing can resolve. Return a value, or resolve it.',
    );
  }

  /** What the guest says of its own end; `details` is what the prelude's describe() answers. */
  failed(status: OutcomeStatus, details: string): void {
    const { name = 'Error', message = '', stack = '' } = JSON.parse(details) as Record<string, string | undefined>;
    if (status === 'GUEST_ERROR') this.guestFailed(name, message, /agent\.js:(\d+)/.exec(stack)?.[1]);
    else if (status === 'OUTPUT_REJECTED') this.#unwritable(message === '' ? name : message);
    else this.finish(this.#limitBehind(message) ?? status);
  }

  guestFailed(name: string, message: string, line?: string): void {
    const limit = this.#limitBehind(message);
    if (limit !== null) return this.finish(limit);
    this.finish(
      'GUEST_ERROR',
      `${name}${message === '' ? '' : `: ${message}`}${line === undefined ? '' : ` (line ${line})`}`,
    );
  }

  /** What the guest may ask for, by name, as JSON for the prelude; null when there is nothing. */
  guestNames(): string | null {
    const { tools = [], libraries = [] } = this.spec;
    if (tools.length + libraries.length === 0) return null;
    return JSON.stringify({ toolNames: tools, libraryNames: libraries.map((library) => library.name) });
  }

  /** A rarer part of the prelude, or a library the guest was given: both run in the guest, with nothing but what it has. */
  part(name: string): string {
    if (name === 'seed') return this.#seedWords();
    const library = this.spec.libraries?.find((one) => `library:${one.name}` === name);
    return library?.code ?? preludeParts[name] ?? '';
  }

  result(): EngineResult {
    this.#progress.flush();
    const { status, output = null, message } = this.#endWithinMemory();
    const outcome: Outcome = {
      status,
      output,
      partial: this.#partial,
      error: status === 'OK' ? null : { code: status, message: message ?? describeOutcome(status, this.limits) },
      logs: this.#logs.lines,
      logTruncated: this.#logs.isTruncated,
      cpuMs: this.#cpuMs(),
      wallMs: this.#wallMs(),
      memoryPeakBytes: this.#memoryBytes(),
      toolCalls: this.#toolCalls,
      trapped: !this.isHealthy && this.#end?.status === 'GUEST_ERROR',
    };
    return { outcome, isHealthy: this.isHealthy };
  }

  /** `why`: what writing the output as JSON threw. */
  #unwritable(why: string): void {
    const limit = this.#limitBehind(why);
    if (limit !== null) return this.finish(limit);
    this.finish(
      'OUTPUT_REJECTED',
      `The output cannot be written as JSON: ${why}. Return objects, lists, texts, numbers, true, false and null, without cycles.`,
    );
  }

  #tooLargeToKeep(): string {
    return `emit() was given more than ${Math.round(this.limits.outputBytesMax / 1024)} KiB of JSON, which is not kept. Emit less.`;
  }

  /** An engine that makes its memory itself may go past a limit that is lower than usual: seen to at the end, because looks come by the clock. */
  #endWithinMemory(): End {
    const end = this.#end ?? { status: 'GUEST_ERROR' };
    const isOfTime = end.status === 'LIMIT_WALL' || end.status === 'LIMIT_CPU';
    return isOfTime || this.#memoryBytes() <= this.limits.memoryBytesMax ? end : { status: 'LIMIT_MEMORY' };
  }

  /** What the engine says of its own limits; under memory pressure any error, or none at all, means memory. */
  #limitBehind(message: string): OutcomeStatus | null {
    if (/^(stack overflow|maximum call stack size exceeded)$/i.test(message)) return 'LIMIT_STACK';
    return /out of memory/i.test(message) || this.#isMemoryFull() ? 'LIMIT_MEMORY' : null;
  }

  /** The four words that the guest's chance starts from, as an expression. */
  #seedWords(): string {
    const bytes = hash('sha256', this.spec.seed, 'buffer');
    return JSON.stringify([0, 4, 8, 12].map((at) => bytes.readInt32LE(at)));
  }

  #trusting(settle: () => void): void {
    try {
      settle();
    } catch (error) {
      this.trapped(error);
    }
  }

  #isMemoryFull(): boolean {
    return this.#memoryBytes() + memorySlackBytes > this.limits.memoryBytesMax;
  }

  #wallMs(): number {
    return performance.now() - this.#startedMs - this.#waitedMs;
  }

  #cpuMs(): number {
    const used = process.threadCpuUsage(this.#startedCpu);
    return (used.user + used.system) / 1000;
  }
}

/** What a database can keep: a cut may have split a pair of surrogates. */
function shortened(note: string): string {
  return note.slice(0, noteCharactersMax).toWellFormed().replaceAll('\0', '\uFFFD');
}
