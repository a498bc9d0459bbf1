import { join } from 'node:path';
import type { Library } from '../../sandbox/sandbox-types.ts';

const names = ['csv', 'html', 'json', 'stats', 'text'];
let bundled: Promise<Library[]> | null = null;

/**
 * The libraries that agent code names, each one expression of JavaScript. They are bundled from the files of this folder once in a process,
 * when the first agent needs any.
 */
export async function findLibraries(agentCode: string): Promise<Library[]> {
  const wanted = names.filter((name) => agentCode.includes(name));
  if (wanted.length === 0) return [];
  const all = await (bundled ??= Promise.all(names.map(bundle)));
  return all.filter((library) => wanted.includes(library.name));
}

async function bundle(name: string): Promise<Library> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    bundle: true,
    format: 'iife',
    globalName: 'library',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // papaparse asks for it when it is given a stream, which no agent has.
    external: ['stream'],
    inject: [join(import.meta.dirname, 'atob.ts')],
    target: 'es2023',
    minify: true,
    legalComments: 'none',
    write: false,
  });
  return { name, code: `(() => { ${outputFiles[0]?.text ?? ''}\nreturn { ...library }; })()` };
}
