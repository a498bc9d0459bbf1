import { join } from 'node:path';
import { build } from 'esbuild';

/** One ES module with an example (`examples/<library>.ts`) and everything it imports, as an author would bundle it for upload. */
export async function bundleExample(library: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'examples', `${library}.ts`)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
