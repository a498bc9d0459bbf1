import { posix } from 'node:path';

const endings = ['', '.ts', '.js', '.json', '/index.ts', '/index.js'];

/** Which uploaded file an import in `from` means, as the compiler finds it; null for anything that is not one of them. */
export function findUploaded(names: string[], from: string, path: string): string | null {
  if (!/^\.{1,2}\//.test(path)) return null;
  const target = posix.normalize(posix.join(posix.dirname(from), path));
  const asTypeScript = target.replace(/\.js$/, '.ts');
  return [...endings.map((ending) => target + ending), asTypeScript].find((name) => names.includes(name)) ?? null;
}
