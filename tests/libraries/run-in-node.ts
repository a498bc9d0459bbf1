import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const caller =
  'const { default: run } = await import(process.argv[1]); console.log(JSON.stringify(await run(JSON.parse(process.argv[2]))));';

/** What a bundle answers in a Node process of its own, whose time zone is that of the sandbox; JSON text. */
export async function runInNode(code: string, input: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quarry-library-'));
  try {
    const file = join(folder, 'agent.mjs');
    await writeFile(file, code);
    const args = ['--input-type=module', '-e', caller, file, JSON.stringify(input)];
    const { stdout } = await execute(process.execPath, args, { env: { TZ: 'UTC' } });
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
