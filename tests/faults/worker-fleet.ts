import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startProcess, type StartedProcess } from '../support/start-process.ts';
import { findAlive, findInnermostChild } from './process-tree.ts';

/** How a worker stopped holding what it held. */
export type DeathKind = 'killed' | 'frozen' | 'deployed' | 'ended by itself';
export type Death = { worker: string; kind: DeathKind; atMs: number };

/** One worker process. `isBusy`: a fault is being done to it. `skewMs`: how wrong its clock is. */
export type FleetWorker = { name: string; process: StartedProcess; isBusy: boolean; skewMs: number };

export type WorkerFleet = {
  /** Those that run and have no fault being done to them. */
  free(): FleetWorker[];
  kill(worker: FleetWorker): Promise<void>;
  /** Stops it for so long that its leases end, then lets it go on. */
  freeze(worker: FleetWorker, forMs: number): Promise<void>;
  /** Asks it to stop and starts another, at the same time, whose clock is wrong by `skewMs`. */
  deploy(worker: FleetWorker, skewMs?: number): Promise<void>;
  killHost(worker: FleetWorker): boolean;
  deaths: Death[];
  /** What no fault explains, a sentence each. */
  complaints: string[];
  /** What workers logged as errors, by message, with one of each in full. */
  errors: Map<string, { count: number; example: string }>;
  /** Starts that a fault hit before the worker was ready; it was started again, as a supervisor does. */
  startsRepeated(): number;
  /** Asks all to stop, and complains of those that do not and of sandbox hosts that outlive their workers. */
  close(): Promise<void>;
};

const stopWithinMs = 32_000;
const orphansMs = 10_000;
const startsMax = 30;

/** Starts `size` workers over a database and keeps that number up: whatever ends, another takes its place at once. */
export async function openWorkerFleet(options: {
  size: number;
  databaseUrl: string;
  env: Record<string, string>;
}): Promise<WorkerFleet> {
  const workers = new Set<FleetWorker>();
  const starting = new Set<Promise<unknown>>();
  const hosts = new Set<number>();
  const deaths: Death[] = [];
  const complaints: string[] = [];
  const errors = new Map<string, { count: number; example: string }>();
  let started = 0;
  let repeated = 0;
  let isClosing = false;

  async function start(skewMs: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      if (isClosing) return;
      started += 1;
      const name = `w${started}`;
      try {
        const process = await startProcess('worker/main.ts', envOf(name, skewMs), 'the worker is ready');
        const worker = { name, process, isBusy: false, skewMs };
        workers.add(worker);
        noteHost(worker);
        void process.exited.then((code) => {
          noteErrors(errors, process.output());
          hearExit(worker, code);
        });
        return;
      } catch (error) {
        repeated += 1;
        if (tries === startsMax) throw error;
        await pause(200);
      }
    }
  }

  function startSoon(skewMs = 0): Promise<void> {
    const one = start(skewMs).catch(
      (error: unknown) => void complaints.push(`A worker does not start: ${String(error)}`),
    );
    starting.add(one);
    return one.finally(() => starting.delete(one));
  }

  function envOf(name: string, skewMs: number): Record<string, string> {
    const url = new URL(options.databaseUrl);
    url.searchParams.set('options', `-c faults.worker=${name}`);
    const preload = `${pathToFileURL(join(import.meta.dirname, 'skew-clock.ts')).href}?ms=${skewMs}`;
    return { ...options.env, DATABASE_URL: url.href, ...(skewMs === 0 ? {} : { NODE_OPTIONS: `--import=${preload}` }) };
  }

  function noteHost({ process }: FleetWorker): number | null {
    const host = findInnermostChild(process.pid);
    if (host !== null) hosts.add(host);
    return host;
  }

  /** Only those still counted among the workers were not ended by us. */
  function hearExit(worker: FleetWorker, code: number | null): void {
    if (!workers.delete(worker)) return;
    deaths.push({ worker: worker.name, kind: 'ended by itself', atMs: Date.now() });
    complaints.push(`Worker ${worker.name} ended by itself (${code}): ${lastWords(worker)}`);
    if (!isClosing) void startSoon();
  }

  async function stop(worker: FleetWorker): Promise<void> {
    workers.delete(worker);
    noteHost(worker);
    const askedMs = Date.now();
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => resolve('late'), stopWithinMs);
    const code = await Promise.race([worker.process.end('SIGTERM'), late]);
    clearTimeout(timer);
    if (code === 'late') await worker.process.end('SIGKILL');
    deaths.push({ worker: worker.name, kind: 'deployed', atMs: Date.now() });
    if (code !== 0) {
      complaints.push(
        `Worker ${worker.name}, asked to stop, ended with ${code} after ${Date.now() - askedMs} ms: ${lastWords(worker)}`,
      );
    }
  }

  await Promise.all(Array.from({ length: options.size }, () => startSoon()));
  if (workers.size === 0) throw new Error(`No worker starts: ${complaints.join('\n')}`);
  return {
    deaths,
    complaints,
    errors,
    startsRepeated: () => repeated,
    free: () => [...workers].filter((worker) => !worker.isBusy),
    async kill(worker) {
      workers.delete(worker);
      noteHost(worker);
      deaths.push({ worker: worker.name, kind: 'killed', atMs: Date.now() });
      await worker.process.end('SIGKILL');
      void startSoon();
    },
    async freeze(worker, forMs) {
      worker.isBusy = true;
      deaths.push({ worker: worker.name, kind: 'frozen', atMs: Date.now() });
      signal(worker.process.pid, 'SIGSTOP');
      await pause(forMs);
      signal(worker.process.pid, 'SIGCONT');
      worker.isBusy = false;
    },
    async deploy(worker, skewMs = 0) {
      void startSoon(skewMs);
      await stop(worker);
    },
    killHost(worker) {
      const host = noteHost(worker);
      return host !== null && signal(host, 'SIGKILL');
    },
    async close() {
      isClosing = true;
      await Promise.all(starting);
      await Promise.all([...workers].map(stop));
      const endMs = Date.now() + orphansMs;
      while (findAlive([...hosts]).length > 0 && Date.now() < endMs) await pause(200);
      const orphans = findAlive([...hosts]);
      if (orphans.length > 0) complaints.push(`${orphans.length} sandbox hosts outlived their workers.`);
    },
  };
}

/** The last errors it logged, or else the end of what it wrote. */
function lastWords({ process }: FleetWorker): string {
  const errors = process
    .output()
    .split('\n')
    .filter((line) => /"level":[56]0/.test(line));
  return errors.length > 0 ? errors.slice(-3).join('\n') : process.output().slice(-1500);
}

function noteErrors(errors: WorkerFleet['errors'], output: string): void {
  for (const example of output.split('\n').filter((line) => /"level":[56]0/.test(line))) {
    const message = /"msg":"((?:[^"\\]|\\.)*)"/.exec(example)?.[1] ?? 'unreadable';
    errors.set(message, { count: (errors.get(message)?.count ?? 0) + 1, example });
  }
}

/** Answers false for a process that has ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
