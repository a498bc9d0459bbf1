import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten';
import type { EngineResult } from './engine.ts';
import type { Instance } from './quickjs-instance.ts';
import type { RunCourse } from './run-course.ts';

const jobsAtOnce = 1_000;

/** One execution in an instance that is in the state of the template: loads the module, calls it, pumps its promises and timers. */
export class Run {
  readonly #course: RunCourse;
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  readonly #instance: Instance;

  constructor(instance: Instance, course: RunCourse) {
    this.#course = course;
    this.#vm = instance.vm;
    this.#runtime = instance.vm.runtime;
    this.#instance = instance;
  }

  toTheEnd(): EngineResult {
    try {
      this.#instance.seat.course = this.#course;
      this.#runtime.setMaxStackSize(this.#course.limits.stackBytesMax);
      this.#load();
      this.#pump();
    } catch (error) {
      this.#course.trapped(error);
    }
    return this.#course.result();
  }

  #load(): void {
    const vm = this.#vm;
    const { spec } = this.#course;
    const { begin, start } = this.#instance.guest;
    vm.unwrapResult(vm.callFunction(begin, vm.undefined, ...this.#settings()));
    const loaded = vm.evalCode(spec.code, 'agent.js', { type: 'module' });
    if (loaded.error) return this.#guestError(loaded.error);
    const exports = this.#settled(loaded.value);
    if (exports === null) return;
    const run = vm.getProp(exports, 'default');
    if (vm.typeof(run) !== 'function') return this.#course.finishWithoutFunction();
    const started = vm.callFunction(start, vm.undefined, run, vm.newString(spec.input));
    if (started.error) this.#guestError(started.error);
  }

  #settings(): QuickJSHandle[] {
    const vm = this.#vm;
    const { spec, limits } = this.#course;
    const names = this.#course.guestNames();
    const numbers = [vm.newNumber(spec.clockMs), vm.newNumber(limits.outputBytesMax)];
    return names === null ? numbers : [...numbers, vm.newString(names)];
  }

  /** The exports of a module; one that awaits at its top level is a promise of them. */
  #settled(value: QuickJSHandle): QuickJSHandle | null {
    const vm = this.#vm;
    const state = vm.getPromiseState(value);
    if (state.type === 'fulfilled') return state.notAPromise ? value : state.value;
    this.#runtime.executePendingJobs(jobsAtOnce * 100);
    const later = vm.getPromiseState(value);
    if (later.type === 'fulfilled') return later.value;
    if (later.type === 'rejected') this.#guestError(later.error);
    else this.#course.finishUnsettledModule();
    return null;
  }

  #pump(): void {
    const course = this.#course;
    while (!course.isEnded) {
      const jobs = this.#runtime.executePendingJobs(jobsAtOnce);
      if (jobs.error) this.#guestError(jobs.error);
      else if (course.mustStop() || this.#runtime.hasPendingJob()) continue;
      else if (course.hasPendingTools || !this.#ranTimer()) course.waitForTool();
    }
  }

  #ranTimer(): boolean {
    const ran = this.#vm.callFunction(this.#instance.guest.runTimer, this.#vm.undefined);
    if (!ran.error) return this.#vm.dump(ran.value) === true;
    this.#guestError(ran.error);
    return true;
  }

  #guestError(error: QuickJSHandle): void {
    if (this.#course.isEnded) return;
    const said = this.#vm.callFunction(this.#instance.guest.describe, this.#vm.undefined, error);
    if (said.error) this.#course.guestFailed('Error', '');
    else this.#course.failed('GUEST_ERROR', this.#vm.getString(said.value));
  }
}
