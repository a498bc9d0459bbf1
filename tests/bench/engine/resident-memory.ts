import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Resident memory of a process and all it started, in bytes, as `ps` tells it. The sandbox's host may stand behind the programs that wall it in. */
export async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await execute('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  let grew = true;
  while (grew) {
    const before = family.size;
    for (const [child = 0, parent = 0] of all) if (family.has(parent)) family.add(child);
    grew = family.size > before;
  }
  return all.reduce((sum, [one = 0, , kib = 0]) => (family.has(one) ? sum + kib * 1024 : sum), 0);
}
