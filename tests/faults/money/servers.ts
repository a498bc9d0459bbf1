import { setTimeout as pause } from 'node:timers/promises';
import { startProcess, type StartedProcess } from '../../support/start-process.ts';

export type Kind = 'api' | 'worker';

/** One process of Quarry, and the place it stands in: another takes the place when it is gone. `url` is empty for a worker. */
export type Server = { kind: Kind; url: string; process: StartedProcess; isFrozen: boolean };

export type Servers = {
  /** The addresses of the API, whether or not something listens there just now. */
  urls: string[];
  running(kind: Kind): Server[];
  kill(server: Server): Promise<void>;
  /** Stops a process for a while, then lets it go on. */
  freeze(server: Server, forMs: number): Promise<void>;
  /** What no fault explains, a sentence each. */
  complaints: string[];
  /** What processes logged as errors, by message, with one of each in full. */
  errors: Map<string, { count: number; example: string }>;
  startsRepeated(): number;
  /** Asks all to stop, and complains of those that do not. */
  close(): Promise<void>;
};

type Place = { kind: Kind; port: number };

const programs = {
  api: { file: 'api/main.ts', ready: 'the API is listening' },
  worker: { file: 'worker/main.ts', ready: 'the worker is ready' },
};
const startsMax = 30;
const stopWithinMs = 32_000;

/** Starts an API on each port and so many workers, and keeps that number up as a supervisor does. */
export async function startServers(options: {
  ports: number[];
  workers: number;
  env: Record<string, string>;
}): Promise<Servers> {
  const running = new Set<Server>();
  const starting = new Set<Promise<void>>();
  const complaints: string[] = [];
  const errors: Servers['errors'] = new Map();
  let repeated = 0;
  let isClosing = false;

  async function start(place: Place): Promise<void> {
    const { file, ready } = programs[place.kind];
    for (let tries = 1; !isClosing; tries += 1) {
      try {
        const process = await startProcess(file, { ...options.env, PORT: String(place.port) }, ready);
        const url = place.kind === 'api' ? `http://127.0.0.1:${place.port}` : '';
        const server = { kind: place.kind, url, process, isFrozen: false };
        running.add(server);
        void process.exited.then((code) => hearExit(server, place, code));
        return;
      } catch (error) {
        repeated += 1;
        if (tries === startsMax) throw error;
        await pause(200);
      }
    }
  }

  function startSoon(place: Place): Promise<void> {
    const one: Promise<void> = start(place)
      .catch((error: unknown) => void complaints.push(`A process does not start: ${String(error)}`))
      .finally(() => starting.delete(one));
    starting.add(one);
    return one;
  }

  /** Those that a fault ended are not counted among the running any more. */
  function hearExit(server: Server, place: Place, code: number | null): void {
    noteErrors(errors, server.process.output());
    const endedByItself = running.delete(server);
    if (endedByItself)
      complaints.push(`A process of ${place.kind} ended by itself (${code}): ${server.process.output().slice(-1500)}`);
    if (!isClosing) void startSoon(place);
  }

  async function stop(server: Server): Promise<void> {
    running.delete(server);
    const late = setTimeout(() => void server.process.end('SIGKILL'), stopWithinMs);
    const code = await server.process.end('SIGTERM');
    clearTimeout(late);
    if (code !== 0)
      complaints.push(
        `A process of ${server.kind}, asked to stop, ended with ${code}: ${server.process.output().slice(-1500)}`,
      );
  }

  const places: Place[] = [
    ...options.ports.map((port): Place => ({ kind: 'api', port })),
    ...Array.from({ length: options.workers }, (): Place => ({ kind: 'worker', port: 0 })),
  ];
  await Promise.all(places.map(startSoon));
  if (running.size < places.length) throw new Error(`Not every process starts: ${complaints.join('\n')}`);
  return {
    urls: options.ports.map((port) => `http://127.0.0.1:${port}`),
    complaints,
    errors,
    startsRepeated: () => repeated,
    running: (kind) => [...running].filter((server) => server.kind === kind && !server.isFrozen),
    async kill(server) {
      running.delete(server);
      await server.process.end('SIGKILL');
    },
    async freeze(server, forMs) {
      server.isFrozen = true;
      signal(server.process.pid, 'SIGSTOP');
      await pause(forMs);
      signal(server.process.pid, 'SIGCONT');
      server.isFrozen = false;
    },
    async close() {
      isClosing = true;
      await Promise.all(starting);
      await Promise.all([...running].map(stop));
    },
  };
}

function noteErrors(errors: Servers['errors'], output: string): void {
  for (const example of output.split('\n').filter((line) => /"level":[56]0/.test(line))) {
    const message = /"msg":"((?:[^"\\]|\\.)*)"/.exec(example)?.[1] ?? 'unreadable';
    errors.set(message, { count: (errors.get(message)?.count ?? 0) + 1, example });
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
