import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { EngineName } from './engines.ts';

/** What the host process must be able to read for an engine, and its WebAssembly. */
export type EngineFiles = { folders: string[]; wasm: string; version: string };

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
  const packageFile = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const modules = join(dirname(packageFile), '..');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return {
    folders: folders[name].map((folder) => join(modules, folder)),
    wasm: join(modules, wasmFiles[name]),
    version,
  };
}
