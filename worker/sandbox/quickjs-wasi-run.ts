import { EvalFlags, JSException, type JSValueHandle, type QuickJS } from 'quickjs-wasi';
import type { EngineResult } from './engine.ts';
import type { RunCourse } from './run-course.ts';
import type { LogLine, OutcomeStatus } from './sandbox-types.ts';

const jobsAtOnce = 1_000;

type Guest = { describe: JSValueHandle; runTimer: JSValueHandle };

/** One execution in a quickjs-wasi instance nothing ran in before: loads the module, calls it, pumps its promises and timers. */
export class WasiRun {
  readonly #vm: QuickJS;
  readonly #course: RunCourse;

  constructor(vm: QuickJS, course: RunCourse) {
    this.#vm = vm;
    this.#course = course;
  }

  /** `prelude`: the function that prelude.ts evaluates to. */
  async toTheEnd(prelude: JSValueHandle): Promise<EngineResult> {
    try {
      const guest = await this.#load(prelude);
      if (guest !== null) this.#pump(guest);
    } catch (error) {
      this.#course.trapped(error);
    }
    return this.#course.result();
  }

  async #load(prelude: JSValueHandle): Promise<Guest | null> {
    const vm = this.#vm;
    const { spec } = this.#course;
    const guest = vm.callFunction(prelude, vm.undefined, this.#hostFunctions());
    vm.callFunction(guest.getProp('begin'), vm.undefined, ...this.#settings());
    const describe = guest.getProp('describe');
    const exports = await this.#exports(describe);
    if (exports === null) return null;
    const run = exports.getProp('default');
    if (!run.isFunction) {
      this.#course.finishWithoutFunction();
      return null;
    }
    this.#inGuest(describe, () => vm.callFunction(guest.getProp('start'), vm.undefined, run, vm.newString(spec.input)));
    return { describe, runTimer: guest.getProp('runTimer') };
  }

  #settings(): JSValueHandle[] {
    const vm = this.#vm;
    const { spec, limits } = this.#course;
    const names = this.#course.guestNames();
    const numbers = [vm.newNumber(spec.clockMs), vm.newNumber(limits.outputBytesMax)];
    return names === null ? numbers : [...numbers, vm.newString(names)];
  }

  /** The exports of the agent's module, which are always a promise here. */
  async #exports(describe: JSValueHandle): Promise<JSValueHandle | null> {
    const { code } = this.#course.spec;
    const loading = this.#inGuest(describe, () => this.#vm.evalCode(code, 'agent.js', EvalFlags.TYPE_MODULE));
    if (loading === null) return null;
    if (loading.promiseState === 0) this.#runJobs(describe, jobsAtOnce * 100);
    if (loading.promiseState === 0) {
      this.#course.finishUnsettledModule();
      return null;
    }
    const loaded = await this.#vm.resolvePromise(loading);
    if ('value' in loaded) return loaded.value;
    this.#guestError(describe, loaded.error);
    return null;
  }

  #pump({ describe, runTimer }: Guest): void {
    const course = this.#course;
    while (!course.isEnded) {
      const isMore = this.#runJobs(describe, jobsAtOnce);
      if (course.mustStop() || isMore) continue;
      if (course.hasPendingTools || !this.#ranTimer(describe, runTimer)) course.waitForTool();
    }
  }

  /** Runs jobs that wait, some at a time, so that the clock is looked at between them; whether there are more. */
  #runJobs(describe: JSValueHandle, jobsMax: number): boolean {
    const engine = this.#vm._getExports();
    for (let jobs = 0; jobs < jobsMax && engine.qjs_is_job_pending() !== 0; jobs += 1) {
      if (engine.qjs_execute_pending_job() < 0) this.#guestError(describe, this.#vm.getException());
      if (this.#course.isEnded) return false;
    }
    return engine.qjs_is_job_pending() !== 0;
  }

  #ranTimer(describe: JSValueHandle, runTimer: JSValueHandle): boolean {
    const ran = this.#inGuest(describe, () => this.#vm.callFunction(runTimer, this.#vm.undefined));
    return ran === null || ran.toBoolean();
  }

  /** Does what runs the guest's code; an error of it ends the run and is null, one of the engine goes through. */
  #inGuest(describe: JSValueHandle, run: () => JSValueHandle): JSValueHandle | null {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof JSException)) throw error;
      this.#guestError(describe, error.handle);
      return null;
    }
  }

  #guestError(describe: JSValueHandle, error: JSValueHandle): void {
    if (this.#course.isEnded) return;
    try {
      const details = this.#vm.callFunction(describe, this.#vm.undefined, error).toString();
      this.#course.failed('GUEST_ERROR', details);
    } catch (again) {
      if (!(again instanceof JSException) && !(again instanceof SyntaxError)) throw again;
      this.#course.guestFailed('Error', '');
    }
  }

  #hostFunctions(): JSValueHandle {
    const vm = this.#vm;
    const course = this.#course;
    const host = vm.newObject();
    const define = (name: string, run: (...args: JSValueHandle[]) => JSValueHandle | void) => {
      const handle = vm.newFunction(name, (...args) => {
        try {
          return run(...args) ?? vm.undefined;
        } catch (error) {
          // Nothing of the host's errors may reach the guest; one of the engine ends the run.
          if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) course.trapped(error);
          return vm.undefined;
        }
      });
      host.setProp(name, handle);
    };
    define('log', (level, message) => course.log(text(level) as LogLine['level'], text(message)));
    define('load', (name) => vm.evalCode(course.part(text(name)), 'quarry.js'));
    define('emit', (json) => course.emit(text(json)));
    define('progress', (fraction, note) => course.progress(fraction?.toNumber() ?? 0, text(note)));
    define('tool', (name, args) => this.#tool(text(name), text(args)));
    define('done', (json) => course.finish('OK', undefined, text(json)));
    define('fail', (status, details) => course.failed(text(status) as OutcomeStatus, text(details)));
    return host;
  }

  #tool(name: string, args: string): JSValueHandle {
    const vm = this.#vm;
    const deferred = vm.newPromise();
    this.#course.callTool(
      name,
      args,
      (json) => deferred.resolve(vm.newString(json)),
      (code) => deferred.reject(vm.newString(code)),
    );
    return deferred.handle;
  }
}

/** A string the prelude gave; never anything else, because that would be converted by the guest's code. */
function text(handle: JSValueHandle | undefined): string {
  return handle?.isString === true ? handle.toString() : '';
}
