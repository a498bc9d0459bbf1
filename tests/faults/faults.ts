import type { Database } from '../../api/platform/database.ts';
import type { CrashablePostgres } from './crashable-postgres.ts';
import type { Random } from './seeded-random.ts';
import type { FleetWorker, WorkerFleet } from './worker-fleet.ts';

/** What faults are done to. `later` takes what goes on after the fault has begun, such as the thaw of a frozen worker. */
export type Rig = {
  random: Random;
  database: Database;
  postgres: CrashablePostgres;
  fleet: WorkerFleet;
  later(rest: Promise<void>): void;
};

/** One kind of fault. `inject` answers false when there was nothing to do it to; `share` is how often it is picked. */
export type Fault = { name: string; share: number; inject(rig: Rig): Promise<boolean> };

const killWorker: Fault = {
  name: 'worker killed (SIGKILL)',
  share: 14,
  async inject({ random, fleet }) {
    const worker = victim(random, fleet, 2);
    if (worker === null) return false;
    await fleet.kill(worker);
    return true;
  },
};

const killHost: Fault = {
  name: 'sandbox host killed (SIGKILL)',
  share: 14,
  async inject({ random, fleet }) {
    const worker = victim(random, fleet, 2);
    return worker !== null && fleet.killHost(worker);
  },
};

const crashPostgres: Fault = {
  name: 'PostgreSQL ended at once and started again',
  share: 9,
  async inject({ random, postgres }) {
    await postgres.crash(random.between(0, 1_500));
    return true;
  },
};

const cutConnections: Fault = {
  name: 'connections of workers cut',
  share: 15,
  async inject({ random, database }) {
    return cut(database, `application_name in ('quarry-worker', 'quarry-agenda')`, random.between(1, 6));
  },
};

const cutListeners: Fault = {
  name: 'connection that hears of jobs cut',
  share: 12,
  inject: ({ random, database }) =>
    cut(database, `application_name = 'quarry-agenda' and query ilike 'listen%'`, random.between(1, 2)),
};

const wipeQueue: Fault = {
  name: "Agenda's table emptied (TRUNCATE)",
  share: 12,
  async inject({ database }) {
    await database.raw('truncate agenda_jobs');
    return true;
  },
};

const deploy: Fault = {
  name: 'worker asked to stop and replaced (SIGTERM)',
  share: 12,
  async inject({ random, fleet, later }) {
    const worker = victim(random, fleet, 2);
    if (worker === null) return false;
    later(fleet.deploy(worker));
    return true;
  },
};

const freeze: Fault = {
  name: 'worker frozen for longer than its lease (SIGSTOP, SIGCONT)',
  share: 6,
  async inject({ random, fleet, later }) {
    const worker = victim(random, fleet, 3);
    if (worker === null) return false;
    later(fleet.freeze(worker, random.between(16_000, 22_000)));
    return true;
  },
};

const skewClock: Fault = {
  name: 'worker replaced by one whose clock is five minutes wrong',
  share: 6,
  async inject({ random, fleet, later }) {
    const worker = victim(random, fleet, 2);
    if (worker === null || fleet.free().some(({ skewMs }) => skewMs !== 0)) return false;
    later(fleet.deploy(worker, random.pick([-300_000, 300_000])));
    return true;
  },
};

/** Every kind of fault there is. */
export const faults: Fault[] = [
  killWorker,
  killHost,
  crashPostgres,
  cutConnections,
  cutListeners,
  wipeQueue,
  deploy,
  freeze,
  skewClock,
];

/** One of each that needs no second worker at rest for long, the kill first so that its leases end while the others go on. */
export const quickFaults: Fault[] = [
  killWorker,
  cutConnections,
  killHost,
  wipeQueue,
  crashPostgres,
  cutListeners,
  deploy,
];

function victim(random: Random, fleet: WorkerFleet, freeAtLeast: number): FleetWorker | null {
  const free = fleet.free();
  return free.length < freeAtLeast ? null : random.pick(free);
}

async function cut(database: Database, which: string, count: number): Promise<boolean> {
  const { rows } = await database.raw<{ rows: unknown[] }>(
    `select pg_terminate_backend(pid) from
       (select pid from pg_stat_activity where datname = current_database() and ${which} order by random() limit ?) as picked`,
    [count],
  );
  return rows.length > 0;
}
