import { Intrinsics, MAX_STACK_SIZE, QuickJS, type Snapshot, type WasiOptions } from 'quickjs-wasi';
import type { SandboxEngine } from './engine.ts';
import type { Limits } from './limits.ts';
import { prelude } from './prelude.ts';
import { WasiRun } from './quickjs-wasi-run.ts';
import { RunCourse } from './run-course.ts';
import { sharedBytes } from './shared-bytes.ts';

// Of its memory limit what the guest may ask for, so that it meets an error it can catch; the rest is the engine's, and what gets lost between.
const guestShare = 7 / 8;

/** The instance right after the prelude was compiled, before anything of a run was in it, and where its function is. */
export type WasiTemplate = { snapshot: Snapshot; prelude: number };

// What the other engine has not, so that an agent finds the same under both.
const intrinsics =
  Intrinsics.ALL & ~Intrinsics.WEAK_REF & ~Intrinsics.PERFORMANCE & ~Intrinsics.DOM_EXCEPTION & ~Intrinsics.ATOB_BTOA;

/**
 * quickjs-wasi, another build of another QuickJS (quickjs-ng). Every run gets a WebAssembly instance of its own, filled from a template
 * no stranger's code ever ran in. The compiled module must bound its memory (bound-memory.ts): this engine makes its memory itself.
 */
export function quickJsWasiEngine(prepared: { wasmModule: WebAssembly.Module; template: WasiTemplate }): SandboxEngine {
  const { wasmModule, template } = prepared;
  return {
    name: 'quickjs-wasi',
    async run(spec, limits, events) {
      let vm: QuickJS | null = null;
      const course = new RunCourse(spec, limits, events, () => vm?._getMemory().buffer.byteLength ?? 0);
      vm = await QuickJS.restore(template.snapshot, optionsOf(wasmModule, limits, course));
      try {
        return await new WasiRun(vm, course).toTheEnd(vm.importHandle(template.prelude));
      } finally {
        vm.dispose();
      }
    },
    async rest() {},
  };
}

/** Makes the template for all instances of a module. */
export async function makeWasiTemplate(wasmModule: WebAssembly.Module): Promise<WasiTemplate> {
  const vm = await QuickJS.create({ wasm: wasmModule, wasi: sealed, intrinsics });
  const compiled = vm.evalCode(prelude, 'quarry.js');
  const at = vm.exportHandle(compiled);
  const snapshot = vm.snapshot();
  vm.dispose();
  return { prelude: at, snapshot: { ...snapshot, memory: sharedBytes(snapshot.memory) } };
}

function optionsOf(wasm: WebAssembly.Module, limits: Limits, course: RunCourse) {
  return {
    wasm,
    wasi: sealed,
    memoryLimit: limits.memoryBytesMax * guestShare,
    maxStackSize: Math.min(limits.stackBytesMax, MAX_STACK_SIZE),
    interruptHandler: () => course.mustStop(),
    timezoneOffset: 0,
    moduleLoader: {
      load(name: string): string {
        const message = `An agent is one module and cannot import "${name.slice(0, 100)}". Bundle what it needs into it.`;
        // Its stack is of the host, and would go with it to the guest.
        throw Object.assign(new Error(message), { stack: '' });
      },
    },
  };
}

/** No clock, no chance, no output: the prelude gives the guest its own. */
const sealed: WasiOptions = (memory) => ({
  clock_time_get(_clock: number, _precision: bigint, at: number) {
    new DataView(memory.buffer).setBigUint64(at, 0n, true);
    return 0;
  },
  random_get(at: number, length: number) {
    new Uint8Array(memory.buffer, at, length).fill(0);
    return 0;
  },
  fd_write: () => badDescriptor,
});

// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#-errno-variant
const badDescriptor = 8;
