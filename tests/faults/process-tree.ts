import { execFileSync } from 'node:child_process';

type Row = { pid: number; parent: number };

/** The process at the end of the line below `pid`: of a worker, its sandbox host, whatever programs wall it in. Null when it has no child. */
export function findInnermostChild(pid: number): number | null {
  const rows = readProcesses();
  const descend = (parent: number): number => {
    const child = rows.find((row) => row.parent === parent);
    return child === undefined ? parent : descend(child.pid);
  };
  const innermost = descend(pid);
  return innermost === pid ? null : innermost;
}

/** Which of the processes are still there. */
export function findAlive(pids: number[]): number[] {
  const alive = new Set(readProcesses().map((row) => row.pid));
  return pids.filter((pid) => alive.has(pid));
}

function readProcesses(): Row[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [pid, parent, program] = line.trim().split(/\s+/);
    return program === 'ps' ? [] : { pid: Number(pid), parent: Number(parent) };
  });
}
