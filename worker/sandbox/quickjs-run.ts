import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten';
import type { EngineResult } from './engine.ts';
import { prelude } from './prelude.ts';
import type { RunCourse } from './run-course.ts';
import type { LogLine, OutcomeStatus } from './sandbox-types.ts';

const jobsAtOnce = 1_000;

/** A WebAssembly instance of the engine with a memory that cannot grow past the limit: the library's own memory limit does not hold. */
export type Instance = { quickjs: QuickJSWASMModule; memory: WebAssembly.Memory; memoryBytesMax: number };

type Guest = { runTimer: QuickJSHandle; describe: QuickJSHandle };

/** One execution in a runtime of its own: loads the module, calls it, pumps its promises and timers. */
export class Run {
  readonly #course: RunCourse;
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  /** Everything opened in the guest, to be closed with the run. */
  readonly #handles: { alive: boolean; dispose(): void }[] = [];

  constructor(instance: Instance, course: RunCourse) {
    this.#course = course;
    const runtime = instance.quickjs.newRuntime();
    this.#runtime = runtime;
    runtime.setMaxStackSize(course.limits.stackBytesMax);
    runtime.setInterruptHandler(() => course.mustStop());
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
      this.#course.trapped(error);
    }
    return this.#course.result();
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

  #load(): Guest | null {
    const vm = this.#vm;
    const { spec, limits } = this.#course;
    const made = this.#own(vm.unwrapResult(vm.evalCode(prelude, 'quarry.js')));
    const args = [
      this.#hostFunctions(),
      this.#array(this.#course.seedWords().map((word) => vm.newNumber(word))),
      this.#own(vm.newNumber(spec.clockMs)),
      this.#names(spec.tools ?? []),
      this.#names(this.#course.libraryNames()),
      this.#own(vm.newNumber(limits.outputBytesMax)),
    ];
    const guest = this.#own(vm.unwrapResult(vm.callFunction(made, vm.undefined, ...args)));
    const [start, describe, runTimer] = ['start', 'describe', 'runTimer'].map((name) =>
      this.#own(vm.getProp(guest, name)),
    ) as [QuickJSHandle, QuickJSHandle, QuickJSHandle];
    const loaded = vm.evalCode(spec.code, 'agent.js', { type: 'module' });
    if (loaded.error) {
      this.#guestError(describe, this.#own(loaded.error));
      return null;
    }
    const exports = this.#settled(this.#own(loaded.value), describe);
    if (exports === null) return null;
    const run = this.#own(vm.getProp(exports, 'default'));
    if (vm.typeof(run) !== 'function') {
      this.#course.finishWithoutFunction();
      return null;
    }
    const started = vm.callFunction(start, vm.undefined, run, this.#own(vm.newString(spec.input)));
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
    else this.#course.finishUnsettledModule();
    return null;
  }

  async #pump(guest: Guest): Promise<void> {
    const course = this.#course;
    while (!course.isEnded) {
      const jobs = this.#runtime.executePendingJobs(jobsAtOnce);
      if (jobs.error) this.#guestError(guest.describe, this.#own(jobs.error));
      else if (course.mustStop() || this.#runtime.hasPendingJob()) continue;
      else if (course.hasPendingTools || !this.#ranTimer(guest)) await course.waitForTool();
    }
  }

  #ranTimer({ runTimer, describe }: Guest): boolean {
    const ran = this.#vm.callFunction(runTimer, this.#vm.undefined);
    this.#own(ran.error ?? ran.value);
    if (!ran.error) return this.#vm.dump(ran.value) === true;
    this.#guestError(describe, ran.error);
    return true;
  }

  #hostFunctions(): QuickJSHandle {
    const vm = this.#vm;
    const course = this.#course;
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
    define('log', (level, message) => course.log(vm.getString(level!) as LogLine['level'], vm.getString(message!)));
    define('load', (name) => vm.unwrapResult(vm.evalCode(course.part(vm.getString(name!)), 'quarry.js')));
    define('emit', (json) => course.emit(vm.getString(json!)));
    define('progress', (fraction, note) => course.progress(vm.getNumber(fraction!), vm.getString(note!)));
    define('tool', (name, args) => this.#tool(vm.getString(name!), vm.getString(args!)));
    define('done', (json) => course.finish('OK', undefined, vm.getString(json!)));
    define('fail', (status, details) => course.failed(vm.getString(status!) as OutcomeStatus, vm.getString(details!)));
    return host;
  }

  #tool(name: string, args: string): QuickJSHandle {
    const vm = this.#vm;
    const deferred = vm.newPromise();
    this.#handles.push(deferred);
    this.#course.callTool(
      name,
      args,
      (json) => deferred.resolve(vm.newString(json)),
      (code) => deferred.reject(vm.newString(code)),
    );
    return deferred.handle;
  }

  #guestError(describe: QuickJSHandle, error: QuickJSHandle): void {
    if (this.#course.isEnded) return;
    const said = this.#vm.callFunction(describe, this.#vm.undefined, error);
    this.#own(said.error ?? said.value);
    if (said.error) this.#course.guestFailed('Error', '');
    else this.#course.failed('GUEST_ERROR', this.#vm.getString(said.value));
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
}
