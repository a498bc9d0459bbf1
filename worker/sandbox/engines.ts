import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { boundMemory } from './bound-memory.ts';
import type { SandboxEngine } from './engine.ts';
import { limits } from './limits.ts';

export const engineNames = ['quickjs-emscripten', 'quickjs-wasi'] as const;

/** The engines there are; the first is the one used when none is named. */
export type EngineName = (typeof engineNames)[number];

/** What the host process must be able to read for an engine, and its WebAssembly. */
export type EngineFiles = { folders: string[]; wasm: string; version: string };

const pageBytes = 65_536;
const require = createRequire(import.meta.url);

const folders: Record<EngineName, string[]> = {
  'quickjs-emscripten': ['quickjs-emscripten', 'quickjs-emscripten-core', '@jitl'],
  'quickjs-wasi': ['quickjs-wasi'],
};
const wasmFiles: Record<EngineName, string> = {
  'quickjs-emscripten': '@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm',
  'quickjs-wasi': 'quickjs-wasi/quickjs.wasm',
};

/** Finds an engine among the installed packages. */
export function findEngineFiles(name: EngineName): EngineFiles {
  const packageFile = require.resolve(`${name}/package.json`);
  const modules = join(dirname(packageFile), '..');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return {
    folders: folders[name].map((folder) => join(modules, folder)),
    wasm: join(modules, wasmFiles[name]),
    version,
  };
}

/** Compiles an engine's module once for all threads. The first engine is given a bounded memory with each run, the other declares its own. */
export function compileEngine(name: EngineName, wasm: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  const pagesMax = Math.floor(limits.memoryBytesMax / pageBytes);
  return WebAssembly.compile(name === 'quickjs-wasi' ? boundMemory(wasm, pagesMax) : wasm);
}

/** Opens an engine in the thread that asks. Only the code of that engine is loaded: nothing else is readable there. */
export async function openEngine(name: EngineName, wasmModule: WebAssembly.Module): Promise<SandboxEngine> {
  if (name === 'quickjs-wasi') return (await import('./quickjs-wasi-engine.ts')).quickJsWasiEngine(wasmModule);
  return (await import('./quickjs-engine.ts')).quickJsEngine(wasmModule);
}
