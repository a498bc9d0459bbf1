import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../api/platform/clock.ts';
import { readConfig } from '../../api/platform/config.ts';
import type { Context } from '../../api/platform/context.ts';
import { openPool } from '../../api/platform/database.ts';
import { openLogger } from '../../api/platform/logger.ts';
import { migrate } from '../../api/platform/migrate.ts';
import { agents } from './agents.ts';
import { findViolations, type Violation } from './checks.ts';
import { openCrashablePostgres, type CrashablePostgres } from './crashable-postgres.ts';
import { startEffectsService, type EffectsService } from './effects-service.ts';
import { faults, type Fault } from './faults.ts';
import { openFeeder, type Feeder } from './feeder.ts';
import { countWhatHappened, type Counts } from './counts.ts';
import { openInjector, type Injector } from './injector.ts';
import { installJournal, noteAcknowledged, noteEffects } from './journal.ts';
import { findPickUps, usualPickUpMs, type PickUps } from './pick-ups.ts';
import { openQuietDatabase } from './open-quiet-database.ts';
import { openRandom } from './seeded-random.ts';
import { toolAgents } from './tool-agents.ts';
import { openWorkerFleet, type WorkerFleet } from './worker-fleet.ts';

/** How long a run goes on: until so much has been put in and done, whatever time that takes, or for a time. */
export type Extent = { executions: number; faults: number } | { durationMs: number };

export type JobsPlan = {
  seed: number;
  extent: Extent;
  workers: number;
  /** From the end of a fault to the next, on average. */
  faultEveryMs: number;
  /** Put in for each fault, at most: what keeps both going to the end. */
  executionsPerFault: number;
  /** How long what a dead worker held may wait for its next start; the lease and 2 s unless said otherwise. */
  pickUpWithinMs?: number;
  /** Done in this order, each once, instead of picking at random. */
  inOrder?: Fault[];
  onProgress?(line: string): void;
};

export type JobsReport = {
  seed: number;
  durationMs: number;
  faults: Map<string, number>;
  counts: Counts;
  pickUps: PickUps[];
  violations: Violation[];
  /** Errors that workers logged, by message. */
  errors: WorkerFleet['errors'];
  startsRepeated: number;
  feedsCutOff: number;
  /** Effects of tools; `askedAgain` counts requests under a key that was known, of which `cut` are due to the service itself. */
  effects: { done: number; askedAgain: number; cut: number };
};

const drainWithinMs = 120_000;
const lookEveryMs = 50;
const progressEveryMs = 15_000;

/** Runs workers over a PostgreSQL of their own, feeds them, does faults to them, and reports what came of it. Leaves nothing behind. */
export async function runJobsUnderFaults(plan: JobsPlan): Promise<JobsReport> {
  const random = openRandom(plan.seed);
  const postgres = await openCrashablePostgres(random);
  const service = await startEffectsService(openRandom(plan.seed + 2));
  try {
    const databaseUrl = postgres.url('quarry_faults');
    await createDatabase(postgres);
    await migrate(databaseUrl);
    const quiet = openQuietDatabase(databaseUrl);
    const env = {
      ...service.env,
      DATA_DIR: postgres.directory,
      QUARRY_SECRET: 'only for these faults, long enough',
      DEFAULT_PLAN: 'enterprise',
      LOG_LEVEL: 'info',
    };
    const context = {
      config: readConfig({ ...env, PORT: '0' }),
      database: quiet.database,
      clock: systemClock,
      logger: openLogger('faults', 'error'),
    };
    try {
      await installJournal(context.database);
      return await run(plan, context, postgres, { databaseUrl, env });
    } finally {
      await quiet.close();
    }
  } finally {
    await service.close();
    await postgres.close();
  }

  async function run(
    { seed, workers }: JobsPlan,
    context: Context,
    server: CrashablePostgres,
    worker: { databaseUrl: string; env: Record<string, string> },
  ): Promise<JobsReport> {
    const startedMs = performance.now();
    const feeder = await openFeeder(context, openRandom(seed + 1), [...agents, ...toolAgents]);
    const fleet = await openWorkerFleet({ ...worker, size: workers });
    const injector = openInjector(
      { random, database: context.database, postgres: server, fleet },
      { faults, everyMs: plan.faultEveryMs, ...(plan.inOrder === undefined ? {} : { inOrder: plan.inOrder }) },
    );
    try {
      await goOn(plan, feeder, injector, fleet, context);
    } finally {
      await injector.stop().finally(() => fleet.close());
    }
    await noteAcknowledged(context.database, feeder.acknowledged);
    await noteEffects(context.database, service.effects());
    const withinMs = plan.pickUpWithinMs ?? usualPickUpMs;
    const pickUps = await findPickUps(context.database, fleet.deaths, server.downtimes, withinMs);
    return {
      seed,
      durationMs: performance.now() - startedMs,
      faults: injector.done,
      counts: await countWhatHappened(context.database),
      pickUps,
      violations: [...(await findViolations(context.database)), ...otherViolations(pickUps, withinMs, fleet, service)],
      errors: fleet.errors,
      startsRepeated: fleet.startsRepeated(),
      feedsCutOff: feeder.cutOff(),
      effects: countEffects(service),
    };
  }
}

/** Feeds while faults are done, until there was enough of both; then lets everything come to its end. */
async function goOn(
  plan: JobsPlan,
  feeder: Feeder,
  injector: Injector,
  fleet: WorkerFleet,
  { database }: Context,
): Promise<void> {
  const endMs = performance.now() + ('durationMs' in plan.extent ? plan.extent.durationMs : Number.POSITIVE_INFINITY);
  let progressMs = performance.now();
  const isEnough = () =>
    performance.now() > endMs ||
    ('executions' in plan.extent &&
      feeder.acknowledged.length >= plan.extent.executions &&
      injector.count() >= plan.extent.faults);
  while (!isEnough()) {
    injector.throwIfFailed();
    if (feeder.acknowledged.length < (injector.count() + 1) * plan.executionsPerFault) await feeder.feed();
    await pause(lookEveryMs);
    if (performance.now() - progressMs < progressEveryMs) continue;
    progressMs = performance.now();
    plan.onProgress?.(
      `${feeder.acknowledged.length} executions, ${injector.count()} faults, ${fleet.free().length} workers`,
    );
  }
  await injector.stop();
  await becomeQuiet(database);
}

/** Waits until nothing is left to do, or for so long that it will not be done. */
async function becomeQuiet(database: Context['database']): Promise<void> {
  const endMs = performance.now() + drainWithinMs;
  while (performance.now() < endMs) {
    const { rows } = await database.raw<{ rows: { isQuiet: boolean }[] }>(
      `select not exists (select 1 from agent_executions where not faults.has_ended(state))
          and not exists (select 1 from submissions where state in ('queued', 'running')) as "isQuiet"`,
    );
    if (rows[0]?.isQuiet === true) return;
    await pause(200);
  }
}

function countEffects(service: EffectsService): JobsReport['effects'] {
  const effects = service.effects();
  const asked = effects.reduce((sum, effect) => sum + effect.asked, 0);
  return { done: effects.length, askedAgain: asked - effects.length, cut: service.cuts() };
}

function otherViolations(
  pickUps: PickUps[],
  withinMs: number,
  { complaints }: WorkerFleet,
  service: EffectsService,
): Violation[] {
  const late = pickUps.flatMap((one) => one.late);
  const found = [
    { says: `What a worker held is started again within ${withinMs / 1000} s of its death`, examples: late },
    {
      says: 'Workers go on through every fault, stop when asked to, and leave no process behind',
      examples: complaints,
    },
    {
      says: 'The service behind the tools is asked as its API wants, always with a key and for one thing with each',
      examples: service.complaints,
    },
  ];
  return found.flatMap(({ says, examples }) =>
    examples.length === 0 ? [] : { says, count: examples.length, examples: examples.slice(0, 5) },
  );
}

async function createDatabase(postgres: CrashablePostgres): Promise<void> {
  const admin = openPool(postgres.url('postgres'), { name: 'faults-admin', max: 1, onError: () => undefined });
  await admin.query('create database quarry_faults');
  await admin.end();
}
