import { setTimeout as pause } from 'node:timers/promises';
import type { CrashablePostgres } from '../crashable-postgres.ts';
import type { Random } from '../seeded-random.ts';
import type { CarefulClient } from './careful-client.ts';
import type { Kind, Servers } from './servers.ts';

type Rig = { random: Random; postgres: CrashablePostgres; servers: Servers; client: CarefulClient };

/** One kind of fault. `inject` answers false when there was nothing to do it to; what goes on for longer is handed to `later`. */
type Fault = {
  name: string;
  share: number;
  isKill: boolean;
  inject(rig: Rig, later: (rest: Promise<void>) => void): Promise<boolean>;
};

export type Faults = {
  /** How often each kind was done, by name. */
  done: Map<string, number>;
  kills(): number;
  /** Begins no more, and waits for the end of those begun. */
  stop(): Promise<void>;
};

const faults: Fault[] = [
  {
    name: 'client killed in the middle of a request',
    share: 34,
    isKill: true,
    inject: async ({ client }) => client.killOne(),
  },
  { name: 'API process killed (SIGKILL)', share: 26, isKill: true, inject: (rig) => kill(rig, 'api') },
  { name: 'worker process killed (SIGKILL)', share: 20, isKill: true, inject: (rig) => kill(rig, 'worker') },
  {
    name: 'PostgreSQL ended at once and started again',
    share: 16,
    isKill: true,
    async inject({ random, postgres }) {
      await postgres.crash(random.between(0, 1_000));
      return true;
    },
  },
  {
    name: 'worker frozen for longer than its lease (SIGSTOP, SIGCONT)',
    share: 2,
    isKill: false,
    async inject({ random, servers }, later) {
      const worker = pick(random, servers, 'worker');
      if (worker === null) return false;
      later(servers.freeze(worker, random.between(46_000, 55_000)));
      return true;
    },
  },
];

/** Does faults at random moments until it is stopped, one after the other: first one of each kind of kill, then any. */
export function openFaults(rig: Rig, options: { everyMs: number; withFreezes: boolean }): Faults {
  const done = new Map<string, number>();
  const rests = new Set<Promise<void>>();
  const stopping = new AbortController();
  const possible = faults.filter(({ isKill }) => isKill || options.withFreezes);
  const first = faults.filter(({ isKill }) => isKill);
  let kills = 0;

  async function work(): Promise<void> {
    for (;;) {
      const everyMs = options.everyMs * (0.2 + 1.6 * rig.random.next());
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      const fault = first[0] ?? rig.random.pickByShare(possible);
      if (!(await fault.inject(rig, (rest) => void rests.add(rest)))) continue;
      if (fault === first[0]) first.shift();
      done.set(fault.name, (done.get(fault.name) ?? 0) + 1);
      if (fault.isKill) kills += 1;
    }
  }

  const working = work();
  return {
    done,
    kills: () => kills,
    async stop() {
      stopping.abort();
      await working;
      await Promise.all(rests);
    },
  };
}

async function kill({ random, servers }: Rig, kind: Kind): Promise<boolean> {
  const server = pick(random, servers, kind);
  if (server === null) return false;
  await servers.kill(server);
  return true;
}

/** Any that runs, but never the last. */
function pick(random: Random, servers: Servers, kind: Kind) {
  const running = servers.running(kind);
  return running.length < 2 ? null : random.pick(running);
}
