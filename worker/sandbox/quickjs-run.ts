import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten';
import type { EngineResult } from './engine.ts';
import type { Instance } from './quickjs-instance.ts';
import type { RunCourse } from './run-course.ts';

const jobsAtOnce = 1_000;

type Guest = { runTimer: QuickJSHandle; describe: QuickJSHandle };

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

  async toTheEnd(): Promise<EngineResult> {
    try {
      this.#instance.seat.course = this.#course;
      this.#runtime.setMaxStackSize(this.#course.limits.stackBytesMax);
      const guest = this.#load();
      if (guest !== null) await this.#pump(guest);
    } catch (error) {
      this.#course.trapped(error);
    }
    return this.#course.result();
  }

  #load(): Guest | null {
    const vm = this.#vm;
    const { spec } = this.#course;
    const { prelude, host } = this.#instance;
    const settings = vm.newString(this.#course.guestSettings());
    const guest = vm.unwrapResult(vm.callFunction(prelude, vm.undefined, host, settings));
    const [start, describe, runTimer] = ['start', 'describe', 'runTimer'].map((name) => vm.getProp(guest, name)) as [
      QuickJSHandle,
      QuickJSHandle,
      QuickJSHandle,
    ];
    const loaded = vm.evalCode(spec.code, 'agent.js', { type: 'module' });
    if (loaded.error) {
      this.#guestError(describe, loaded.error);
      return null;
    }
    const exports = this.#settled(loaded.value, describe);
    if (exports === null) return null;
    const run = vm.getProp(exports, 'default');
    if (vm.typeof(run) !== 'function') {
      this.#course.finishWithoutFunction();
      return null;
    }
    const started = vm.callFunction(start, vm.undefined, run, vm.newString(spec.input));
    if (started.error) this.#guestError(describe, started.error);
    return { runTimer, describe };
  }

  /** The exports of a module; one that awaits at its top level is a promise of them. */
  #settled(value: QuickJSHandle, describe: QuickJSHandle): QuickJSHandle | null {
    const vm = this.#vm;
    const state = vm.getPromiseState(value);
    if (state.type === 'fulfilled') return state.notAPromise ? value : state.value;
    this.#runtime.executePendingJobs(jobsAtOnce * 100);
    const later = vm.getPromiseState(value);
    if (later.type === 'fulfilled') return later.value;
    if (later.type === 'rejected') this.#guestError(describe, later.error);
    else this.#course.finishUnsettledModule();
    return null;
  }

  async #pump(guest: Guest): Promise<void> {
    const course = this.#course;
    while (!course.isEnded) {
      const jobs = this.#runtime.executePendingJobs(jobsAtOnce);
      if (jobs.error) this.#guestError(guest.describe, jobs.error);
      else if (course.mustStop() || this.#runtime.hasPendingJob()) continue;
      else if (course.hasPendingTools || !this.#ranTimer(guest)) await course.waitForTool();
    }
  }

  #ranTimer({ runTimer, describe }: Guest): boolean {
    const ran = this.#vm.callFunction(runTimer, this.#vm.undefined);
    if (!ran.error) return this.#vm.dump(ran.value) === true;
    this.#guestError(describe, ran.error);
    return true;
  }

  #guestError(describe: QuickJSHandle, error: QuickJSHandle): void {
    if (this.#course.isEnded) return;
    const said = this.#vm.callFunction(describe, this.#vm.undefined, error);
    if (said.error) this.#course.guestFailed('Error', '');
    else this.#course.failed('GUEST_ERROR', this.#vm.getString(said.value));
  }
}
