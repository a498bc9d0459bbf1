import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

let built: string | null = null;

/**
 * The code of thread.ts with everything it imports, as one JavaScript module. A thread would otherwise strip the types of each file anew,
 * which is most of what starting one costs.
 */
export function threadCode(): string {
  built ??= bundle();
  return built;
}

function bundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./thread.ts', import.meta.url))],
    bundle: true,
    minifyWhitespace: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'esnext',
    // It has no file of its own; the engine's loader only looks whether there is one.
    define: { 'import.meta.url': JSON.stringify('file:///thread.js') },
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
