import { boundMemory } from './bound-memory.ts';
import type { SandboxEngine } from './engine.ts';
import { limits } from './limits.ts';
import type { Template } from './quickjs-instance.ts';
import type { WasiTemplate } from './quickjs-wasi-engine.ts';

export const engineNames = ['quickjs-emscripten', 'quickjs-wasi'] as const;

/** The engines there are; the first is the one used when none is named. */
export type EngineName = (typeof engineNames)[number];

/** What threads share of an engine: its compiled module, and the memory that every instance begins with. */
export type PreparedEngine =
  | { name: 'quickjs-emscripten'; wasmModule: WebAssembly.Module; template: Template }
  | { name: 'quickjs-wasi'; wasmModule: WebAssembly.Module; template: WasiTemplate };

const pageBytes = 65_536;

/**
 * Compiles an engine's module and makes its template, once for all threads. Only the code of that engine is loaded: nothing else is
 * readable in the host. The first engine is given a bounded memory with each instance, the other declares its own.
 */
export async function prepareEngine(name: EngineName, wasm: Uint8Array<ArrayBuffer>): Promise<PreparedEngine> {
  if (name === 'quickjs-wasi') {
    const { makeWasiTemplate } = await import('./quickjs-wasi-engine.ts');
    const wasmModule = await WebAssembly.compile(boundMemory(wasm, Math.floor(limits.memoryBytesMax / pageBytes)));
    return { name, wasmModule, template: await makeWasiTemplate(wasmModule) };
  }
  const { makeTemplate } = await import('./quickjs-instance.ts');
  const wasmModule = await WebAssembly.compile(wasm);
  return { name, wasmModule, template: await makeTemplate(wasmModule) };
}

/** Opens a prepared engine in the thread that asks. */
export async function openEngine(prepared: PreparedEngine): Promise<SandboxEngine> {
  if (prepared.name === 'quickjs-wasi') return (await import('./quickjs-wasi-engine.ts')).quickJsWasiEngine(prepared);
  return (await import('./quickjs-engine.ts')).quickJsEngine(prepared);
}
