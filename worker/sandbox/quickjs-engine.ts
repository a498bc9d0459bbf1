import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC } from 'quickjs-emscripten';
import type { SandboxEngine } from './engine.ts';
import { Run, type Instance } from './quickjs-run.ts';
import { RunCourse } from './run-course.ts';

const pageBytes = 65_536;
const initialPages = 256;
const reusableBytesMax = 24 * 1024 * 1024;
const instancesKept = 4;

/**
 * quickjs-emscripten's synchronous build. A run gets a WebAssembly instance of its own, from one compiled module; only runs of the same
 * tenant share one, each with a fresh runtime, as long as every run before ended well and was disposed cleanly. A used instance is left to
 * the garbage collector.
 */
export function quickJsEngine(wasmModule: WebAssembly.Module): SandboxEngine {
  // By tenant, the longest unused first; a few, because several submissions run at once.
  const kept = new Map<string, Instance>();
  return {
    name: 'quickjs-emscripten',
    async run(spec, limits, events) {
      const { tenant } = spec;
      const known = tenant === undefined ? undefined : kept.get(tenant);
      if (tenant !== undefined) kept.delete(tenant);
      const mayReuse = known !== undefined && known.memoryBytesMax === limits.memoryBytesMax;
      const instance = mayReuse ? known : await openInstance(wasmModule, limits.memoryBytesMax);
      const course = new RunCourse(spec, limits, events, () => instance.memory.buffer.byteLength);
      const run = new Run(instance, course);
      const result = await run.toTheEnd();
      const isClean = result.outcome.status === 'OK' && instance.memory.buffer.byteLength <= reusableBytesMax;
      if (tenant !== undefined && isClean && run.dispose()) keep(tenant, instance);
      return result;
    },
  };

  function keep(tenant: string, instance: Instance): void {
    kept.set(tenant, instance);
    const [oldest] = kept.keys();
    if (kept.size > instancesKept && oldest !== undefined) kept.delete(oldest);
  }
}

async function openInstance(wasmModule: WebAssembly.Module, memoryBytesMax: number): Promise<Instance> {
  const maximum = Math.max(initialPages, Math.floor(memoryBytesMax / pageBytes));
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmModule, wasmMemory: memory }));
  return { quickjs, memory, memoryBytesMax };
}
