import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const bytesMax = 4_096;

/** Whether this system has prlimit (util-linux) and can set limits of running processes with it: Linux. */
export function canLimitFiles(): boolean {
  return spawnSync('prlimit', ['--version']).status === 0;
}

/**
 * From now on no process of the PostgreSQL in `directory` can write beyond the first page of a file, so that the next commit finds no room
 * for its WAL. Those that its postmaster starts later can.
 */
export function limitFilesOf(directory: string): void {
  const files = join(directory, 'cluster');
  // A process may be limited by one of the same user, who is not this one where this is root.
  const { uid, gid } = statSync(files);
  const postmaster = readFileSync(join(files, 'postmaster.pid'), 'utf8').split('\n')[0] ?? '';
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', postmaster], { encoding: 'utf8' }).trim().split(/\s+/);
  // One may be gone meanwhile; the first that finds no room ends them all.
  for (const pid of children) spawnSync('prlimit', ['--pid', pid, `--fsize=${bytesMax}:`], { uid, gid });
}
