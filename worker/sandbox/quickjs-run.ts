import { createHash } from 'node:crypto';
import type {
  QuickJSContext,
  QuickJSDeferredPromise,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten';
import { describeOutcome } from './describe-outcome.ts';
import type { EngineEvents, EngineResult } from './engine.ts';
import type { Limits } from './limits.ts';
import { prelude } from './prelude.ts';
import { preludeParts } from './prelude-parts.ts';
import { RunLog } from './run-log.ts';
import type { ExecutionSpec, LogLine, Outcome, OutcomeStatus } from './sandbox-types.ts';

const jobsAtOnce = 1_000;

/** A WebAssembly instance of the engine with a memory that cannot grow past the limit: the library's own memory limit does not hold. */
export type Instance = { quickjs: QuickJSWASMModule; memory: WebAssembly.Memory; memoryBytesMax: number };

/** One execution in a runtime of its own: loads the module, calls it, pumps its promises and timers, and says how it ended. */
export class Run {
  readonly #spec: ExecutionSpec;
  readonly #limits: Limits;
  readonly #events: EngineEvents;
  readonly #memory: WebAssembly.Memory;
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  readonly #startedMs = performance.now();
  readonly #startedCpu = process.threadCpuUsage();
  readonly #logs: RunLog;
  /** Everything opened in the guest, to be closed with the run. */
  readonly #handles: { alive: boolean; dispose(): void }[] = [];
  #partial: string | null = null;
  /** Set by whoever ends the run first: the guest's result, an error, or a limit. */
  #end: { status: OutcomeStatus; output?: string; message?: string } | null = null;
  #toolCalls = 0;
  #pendingTools = 0;
  #wake: (() => void) | null = null;
  #isHealthy = true;

  constructor(instance: Instance, spec: ExecutionSpec, limits: Limits, events: EngineEvents) {
    this.#spec = spec;
    this.#limits = limits;
    this.#events = events;
    this.#logs = new RunLog(limits);
    this.#memory = instance.memory;
    const runtime = instance.quickjs.newRuntime();
    this.#runtime = runtime;
    runtime.setMaxStackSize(limits.stackBytesMax);
    runtime.setInterruptHandler(() => this.#mustStop());
    runtime.setModuleLoader((name) => ({
      error: new Error(
        `An agent is one module and cannot import "${name.slice(0, 100)}". Bundle what it needs into it.`,
      ),
    }));
    this.#vm = runtime.newContext();
  }

  async toTheEnd(): Promise<EngineResult> {
    try {
      const guest = this.#load();
      if (guest !== null) await this.#pump(guest);
    } catch (error) {
      this.#trapped(error);
    }
    return { outcome: this.#outcome(), isHealthy: this.#isHealthy };
  }

  /** Frees what the run made; false when the engine objects: then the instance is not to be used again. */
  dispose(): boolean {
    try {
      for (const handle of this.#handles) if (handle.alive) handle.dispose();
      this.#vm.dispose();
      this.#runtime.dispose();
      return true;
    } catch {
      return false;
    }
  }

  /** A native error out of the engine: the instance cannot be trusted any more, and neither can the thread. */
  #trapped(error: unknown): void {
    this.#isHealthy = false;
    if (this.#isMemoryFull()) this.#finish('LIMIT_MEMORY');
    else if (error instanceof RangeError) this.#finish('LIMIT_STACK');
    else
      this.#finish(
        'GUEST_ERROR',
        'The engine stopped: the agent reached something that no program needs. Leave out what it did last.',
      );
  }

  #load(): { runTimer: QuickJSHandle; describe: QuickJSHandle } | null {
    const vm = this.#vm;
    const made = this.#own(vm.unwrapResult(vm.evalCode(prelude, 'quarry.js')));
    const args = [
      this.#hostFunctions(),
      this.#seed(),
      this.#own(vm.newNumber(this.#spec.clockMs)),
      this.#names(this.#spec.tools ?? []),
      this.#names((this.#spec.libraries ?? []).map((library) => library.name)),
      this.#own(vm.newNumber(this.#limits.outputBytesMax)),
    ];
    const guest = this.#own(vm.unwrapResult(vm.callFunction(made, vm.undefined, ...args)));
    const [start, describe, runTimer] = ['start', 'describe', 'runTimer'].map((name) =>
      this.#own(vm.getProp(guest, name)),
    ) as [QuickJSHandle, QuickJSHandle, QuickJSHandle];
    const loaded = vm.evalCode(this.#spec.code, 'agent.js', { type: 'module' });
    if (loaded.error) {
      this.#guestError(describe, this.#own(loaded.error));
      return null;
    }
    const exports = this.#settled(this.#own(loaded.value), describe);
    if (exports === null) return null;
    const run = this.#own(vm.getProp(exports, 'default'));
    if (vm.typeof(run) !== 'function') {
      const shape =
        this.#spec.kind === 'scorer' ? 'function score({ input, output, expected })' : 'async function run(input)';
      this.#finish('GUEST_ERROR', `The module exports no default function. Write: export default ${shape} { … }`);
      return null;
    }
    const started = vm.callFunction(start, vm.undefined, run, this.#own(vm.newString(this.#spec.input)));
    this.#own(started.error ?? started.value);
    if (started.error) this.#guestError(describe, started.error);
    return { runTimer, describe };
  }

  /** The exports of a module; one that awaits at its top level is a promise of them. */
  #settled(value: QuickJSHandle, describe: QuickJSHandle): QuickJSHandle | null {
    const vm = this.#vm;
    const state = vm.getPromiseState(value);
    if (state.type === 'fulfilled') return state.notAPromise ? value : this.#own(state.value);
    this.#runtime.executePendingJobs(jobsAtOnce * 100);
    const later = vm.getPromiseState(value);
    if (later.type === 'fulfilled') return this.#own(later.value);
    if (later.type === 'rejected') this.#guestError(describe, this.#own(later.error));
    else
      this.#finish(
        'GUEST_ERROR',
        'The module awaits something at its top level that never comes. Await inside the function.',
      );
    return null;
  }

  async #pump(guest: { runTimer: QuickJSHandle; describe: QuickJSHandle }): Promise<void> {
    while (this.#end === null) {
      const jobs = this.#runtime.executePendingJobs(jobsAtOnce);
      if (jobs.error) this.#guestError(guest.describe, this.#own(jobs.error));
      else if (this.#mustStop() || this.#runtime.hasPendingJob()) continue;
      else if (this.#end === null && !this.#ranTimer(guest)) await this.#waitForTool();
    }
  }

  #ranTimer({ runTimer, describe }: { runTimer: QuickJSHandle; describe: QuickJSHandle }): boolean {
    if (this.#pendingTools > 0) return false;
    const ran = this.#vm.callFunction(runTimer, this.#vm.undefined);
    this.#own(ran.error ?? ran.value);
    if (!ran.error) return this.#vm.dump(ran.value) === true;
    this.#guestError(describe, ran.error);
    return true;
  }

  async #waitForTool(): Promise<void> {
    if (this.#pendingTools === 0) {
      if (this.#isMemoryFull()) return this.#finish('LIMIT_MEMORY');
      this.#finish(
        'GUEST_ERROR',
        'The agent waits for a promise that nothing can resolve. Return a value, or resolve it.',
      );
      return;
    }
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Asked by the engine every few thousand steps, and between jobs. Once it has said yes it goes on saying so. */
  #mustStop(): boolean {
    if (this.#end !== null) return true;
    if (performance.now() - this.#startedMs > this.#limits.wallMs) this.#finish('LIMIT_WALL');
    else if (this.#cpuMs() > this.#limits.cpuMs) this.#finish('LIMIT_CPU');
    return this.#end !== null;
  }

  #finish(status: OutcomeStatus, message?: string, output?: string): void {
    this.#end ??= {
      status,
      ...(message === undefined ? {} : { message }),
      ...(output === undefined ? {} : { output }),
    };
    this.#wake?.();
  }

  #hostFunctions(): QuickJSHandle {
    const vm = this.#vm;
    const host = this.#own(vm.newObject());
    const define = (name: string, run: (...args: QuickJSHandle[]) => QuickJSHandle | void) => {
      const handle = vm.newFunction(name, (...args) => {
        try {
          return run(...args) ?? vm.undefined;
        } catch {
          // Nothing of the host's errors may reach the guest.
          return vm.undefined;
        }
      });
      vm.setProp(host, name, this.#own(handle));
    };
    define('log', (level, message) => this.#log(vm.getString(level!) as LogLine['level'], vm.getString(message!)));
    define('load', (name) => vm.unwrapResult(vm.evalCode(this.#part(vm.getString(name!)), 'quarry.js')));
    define('emit', (json) => this.#emit(vm.getString(json!)));
    define('progress', (fraction, note) => this.#progress(vm.getNumber(fraction!), vm.getString(note!)));
    define('tool', (name, args) => this.#tool(vm.getString(name!), vm.getString(args!)));
    define('done', (json) => this.#finish('OK', undefined, vm.getString(json!)));
    define('fail', (status, details) => this.#failed(vm.getString(status!) as OutcomeStatus, vm.getString(details!)));
    return host;
  }

  #log(level: LogLine['level'], json: string): void {
    if (this.#end !== null) return;
    const line = this.#logs.add(level, JSON.parse(json) as string, performance.now() - this.#startedMs);
    if (line === 'flood') this.#finish('LIMIT_LOG');
    else if (line !== null) this.#events.log(line);
  }

  #emit(json: string): void {
    if (this.#end !== null || json.length > this.#limits.outputBytesMax) return;
    this.#partial = json;
    this.#events.emit(json);
  }

  #progress(fraction: number, noteJson: string): void {
    const note = JSON.parse(noteJson) as string | null;
    if (this.#end === null)
      this.#events.progress(Math.min(1, Math.max(0, fraction)), note === null ? null : note.slice(0, 200));
  }

  #tool(name: string, args: string): QuickJSHandle {
    const vm = this.#vm;
    const deferred = vm.newPromise();
    this.#handles.push(deferred);
    this.#toolCalls += 1;
    if (this.#toolCalls > this.#limits.toolCallsMax) {
      this.#finish('LIMIT_TOOL');
      return deferred.handle;
    }
    this.#pendingTools += 1;
    this.#events.tool(name, args).then(
      (json) => this.#answered(() => deferred.resolve(vm.newString(json))),
      (code: unknown) =>
        this.#answered(() => this.#refuse(deferred, code instanceof Error ? code.message : String(code))),
    );
    return deferred.handle;
  }

  #refuse(deferred: QuickJSDeferredPromise, code: string): void {
    deferred.reject(this.#vm.newString(/^[a-z_]{1,40}$/.test(code) ? code : 'failed'));
  }

  #answered(settle: () => void): void {
    this.#pendingTools -= 1;
    if (this.#end === null) settle();
    this.#wake?.();
  }

  #failed(status: OutcomeStatus, details: string): void {
    const { name = 'Error', message = '', stack = '' } = JSON.parse(details) as Record<string, string | undefined>;
    if (status === 'GUEST_ERROR') this.#guestFailed(name, message, /agent\.js:(\d+)/.exec(stack)?.[1]);
    else this.#finish(status);
  }

  #guestError(describe: QuickJSHandle, error: QuickJSHandle): void {
    if (this.#end !== null) return;
    const said = this.#vm.callFunction(describe, this.#vm.undefined, error);
    this.#own(said.error ?? said.value);
    if (said.error) this.#guestFailed('Error', '');
    else this.#failed('GUEST_ERROR', this.#vm.getString(said.value));
  }

  /** What the engine says of its own limits; under memory pressure any error, or none at all, means memory. */
  #guestFailed(name: string, message: string, line?: string): void {
    if (/^stack overflow$/i.test(message)) this.#finish('LIMIT_STACK');
    else if (/out of memory/i.test(message) || this.#isMemoryFull()) this.#finish('LIMIT_MEMORY');
    else
      this.#finish(
        'GUEST_ERROR',
        `${name}${message === '' ? '' : `: ${message}`}${line === undefined ? '' : ` (line ${line})`}`,
      );
  }

  #isMemoryFull(): boolean {
    return this.#memory.buffer.byteLength + 8 * 1024 * 1024 > this.#limits.memoryBytesMax;
  }

  #seed(): QuickJSHandle {
    const bytes = createHash('sha256').update(this.#spec.seed).digest();
    return this.#array([0, 4, 8, 12].map((at) => this.#vm.newNumber(bytes.readInt32LE(at))));
  }

  /** A rarer part of the prelude, or a library the guest was given: both run in the guest, with nothing but what it has. */
  #part(name: string): string {
    const library = this.#spec.libraries?.find((one) => `library:${one.name}` === name);
    return library?.code ?? preludeParts[name] ?? '';
  }

  #names(names: string[]): QuickJSHandle {
    return this.#array(names.map((name) => this.#vm.newString(name)));
  }

  #own<T extends QuickJSHandle>(handle: T): T {
    this.#handles.push(handle);
    return handle;
  }

  #array(items: QuickJSHandle[]): QuickJSHandle {
    const array = this.#own(this.#vm.newArray());
    items.forEach((item, index) => this.#vm.setProp(array, index, this.#own(item)));
    return array;
  }

  #cpuMs(): number {
    const used = process.threadCpuUsage(this.#startedCpu);
    return (used.user + used.system) / 1000;
  }

  #outcome(): Outcome {
    const { status, output = null, message } = this.#end ?? { status: 'GUEST_ERROR' as const };
    return {
      status,
      output,
      partial: this.#partial,
      error: status === 'OK' ? null : { code: status, message: message ?? describeOutcome(status, this.#limits) },
      logs: this.#logs.lines,
      logTruncated: this.#logs.isTruncated,
      cpuMs: this.#cpuMs(),
      wallMs: performance.now() - this.#startedMs,
      memoryPeakBytes: this.#memory.buffer.byteLength,
      toolCalls: this.#toolCalls,
      trapped: !this.#isHealthy && this.#end?.status === 'GUEST_ERROR',
    };
  }
}
