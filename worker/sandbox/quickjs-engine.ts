import type { SandboxEngine } from './engine.ts';
import { limits as usualLimits } from './limits.ts';
import { openInstance, resetInstance, type Instance, type Template } from './quickjs-instance.ts';
import { Run } from './quickjs-run.ts';
import { RunCourse } from './run-course.ts';

const reusableBytesMax = 20 * 1024 * 1024;
const instancesKept = 4;

/**
 * quickjs-emscripten's synchronous build. A run gets a WebAssembly instance of its own, from one compiled module, made while the thread had
 * nothing else to do; only runs of the same tenant share one, as long as every run before ended well, and its memory is put back to the
 * template between them. A used instance is left to the garbage collector.
 */
export async function quickJsEngine(prepared: {
  wasmModule: WebAssembly.Module;
  template: Template;
}): Promise<SandboxEngine> {
  const { wasmModule, template } = prepared;
  // By tenant, the longest unused first; a few, because several submissions run at once.
  const kept = new Map<string, Instance>();
  let spare: Instance | null = await openInstance(wasmModule, template, usualLimits.memoryBytesMax);
  let used: Instance | null = null;
  return {
    name: 'quickjs-emscripten',
    async run(spec, limits, events) {
      const { tenant } = spec;
      const instance = take(tenant, limits.memoryBytesMax) ?? (await open(limits.memoryBytesMax));
      const course = new RunCourse(spec, limits, events, () => instance.memory.buffer.byteLength);
      const result = new Run(instance, course).toTheEnd();
      const isClean = result.outcome.status === 'OK' && instance.memory.buffer.byteLength <= reusableBytesMax;
      if (tenant !== undefined && isClean && result.isHealthy) keep(tenant, instance);
      return result;
    },
    async rest() {
      if (used !== null) resetInstance(used, template);
      used = null;
      // A thread without memory for a spare one says so with the next run.
      spare ??= await open(usualLimits.memoryBytesMax).catch(() => null);
    },
  };

  /** The tenant's own instance, or else the one that nothing ran in. */
  function take(tenant: string | undefined, memoryBytesMax: number): Instance | null {
    const known = tenant === undefined ? undefined : kept.get(tenant);
    if (tenant !== undefined) kept.delete(tenant);
    if (known?.memoryBytesMax === memoryBytesMax) return known;
    if (spare?.memoryBytesMax !== memoryBytesMax) return null;
    const taken = spare;
    spare = null;
    return taken;
  }

  function keep(tenant: string, instance: Instance): void {
    used = instance;
    kept.set(tenant, instance);
    const [oldest] = kept.keys();
    if (kept.size > instancesKept && oldest !== undefined) kept.delete(oldest);
  }

  function open(memoryBytesMax: number): Promise<Instance> {
    return openInstance(wasmModule, template, memoryBytesMax);
  }
}
