import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds the widget with Vite unless the build is newer than every source. Answers whether it built. */
export async function buildWidget(): Promise<boolean> {
  const built = join(root, 'widget/dist/widget.js');
  const sources = [
    join(root, 'vite.config.ts'),
    ...['widget', 'api/client'].flatMap((folder) => files(join(root, folder))),
  ];
  if (existsSync(built) && sources.every((file) => statSync(file).mtimeMs <= statSync(built).mtimeMs)) return false;
  const { build } = await import('vite');
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
  return true;
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|css|html)$/.test(name) && !name.startsWith('dist') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}
