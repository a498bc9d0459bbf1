import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds the widget with Vite unless the build is newer than every source. Answers whether it built. */
export async function buildWidget(): Promise<boolean> {
  const output = join(root, 'widget/dist/widget.js');
  const sources = [
    join(root, 'vite.config.ts'),
    ...['widget', 'api/client'].flatMap((folder) => files(join(root, folder))),
  ];
  if (existsSync(output) && sources.every((file) => statSync(file).mtimeMs <= statSync(output).mtimeMs)) return false;
  // In a process of its own, because Vite takes lit's development build wherever NODE_ENV is not production.
  const vite = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'];
  const built = spawnSync(process.execPath, vite, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`The widget could not be built. Vite says: ${built.stderr.slice(-500)}`);
  return true;
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|css|html)$/.test(name) && !name.startsWith('dist') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}
