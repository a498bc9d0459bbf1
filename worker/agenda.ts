import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresBackend, PostgresNotificationChannel } from '@agendajs/postgres-backend';
import { Agenda } from 'agenda';
import type pg from 'pg';
import type { Logger } from '../api/platform/logger.ts';
import type { Job } from './job.ts';
import { openListenerPool } from './listener-pool.ts';
import type { WorkerContext } from './worker-context.ts';

const channelName = 'agenda_jobs';
const lockLifetimeMs = 60_000;
const processEveryMs = 1_000;
const quietMs = 1_000;
const rearmEveryMs = 5_000;

export type RunningAgenda = { stop(graceMs: number): Promise<void> };

/**
 * Starts Agenda over a pool that is the caller's (with its own error listener) and answered already. The guards: no schema work at boot,
 * no lock beyond what runs, short lock life, finished rows removed, errors of its LISTEN connection heard, failed jobs logged and
 * forgotten because the sweeps wake again. `schedule` names jobs that also come by themselves; they do again when the table was emptied.
 */
export async function startAgenda(
  context: WorkerContext,
  pool: pg.Pool,
  jobs: Job[],
  schedule: Partial<Record<Job['name'], string>>,
): Promise<RunningAgenda> {
  const warn = sampled(context.logger, 5_000);
  const backend = openBackend(pool, warn);
  const listener = openListenerPool(pool);
  const notificationChannel = new PostgresNotificationChannel({ channelName, pool: listener.pool });
  notificationChannel.on('error', (error: Error) =>
    warn(error, 'the connection that hears of jobs failed; it is opened again'),
  );
  const name = `${hostname()}:${process.pid}`;
  const agenda = new Agenda({
    backend,
    notificationChannel,
    name,
    processEvery: processEveryMs,
    maxConcurrency: 50,
    defaultConcurrency: 1,
    defaultLockLimit: 1,
    defaultLockLifetime: lockLifetimeMs,
    removeOnComplete: true,
  });
  agenda.on('error', (error: Error) => warn(error, 'Agenda failed'));
  const running = new Set<Promise<void>>();
  for (const job of jobs) {
    const { concurrency } = job;
    const handler = async ({ attrs }: { attrs: { data: unknown } }) => {
      const run = runJob(context, job, attrs.data);
      running.add(run);
      await run.finally(() => running.delete(run));
    };
    agenda.define(job.name, handler, { concurrency, lockLimit: concurrency });
  }
  await agenda.start();
  for (const [jobName, interval] of Object.entries(schedule)) await agenda.every(interval, jobName);
  const rearming = setInterval(() => {
    rearm(agenda, pool, schedule).catch((error: unknown) =>
      warn(error as Error, 'the schedule could not be looked at'),
    );
  }, rearmEveryMs);
  return {
    async stop(graceMs) {
      clearInterval(rearming);
      // Not drain(): it can miss the end of a job that is removed when complete, and then waits out its whole time.
      await agenda.stop(false);
      listener.close();
      await Promise.race([Promise.allSettled(running), pause(graceMs, undefined, { ref: false })]);
      // Only a courtesy: the locks run out by themselves.
      await unlockAll(pool, name).catch((error: unknown) =>
        warn(error as Error, 'locks of jobs could not be given back'),
      );
    },
  };
}

/** Agenda gives the lock of a job back without waiting for it: a connection that is lost just then would end the process. Locks run out by themselves. */
export function openBackend(pool: pg.Pool, warn: (error: Error, message: string) => void): PostgresBackend {
  const backend = new PostgresBackend({
    pool,
    tableName: 'agenda_jobs',
    ensureSchema: false,
    disableNotifications: true,
  });
  const { repository } = backend;
  const unlockJob = repository.unlockJob.bind(repository);
  repository.unlockJob = (job) =>
    unlockJob(job).catch((error: unknown) => warn(error as Error, 'the lock of a job could not be given back'));
  return backend;
}

/** Schedules again what is in the table no more. Those that are there are left alone: every() would move their time. */
async function rearm(agenda: Agenda, pool: pg.Pool, schedule: Partial<Record<Job['name'], string>>): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select wanted.name from unnest($1::text[]) as wanted(name)
      where not exists (select 1 from agenda_jobs j where j.name = wanted.name and j.type = 'single')`,
    [Object.keys(schedule)],
  );
  for (const { name } of rows) await agenda.every(schedule[name as Job['name']] as string, name);
}

/** A claim that is on its way when Agenda drains locks a job that nobody runs; for a repeating one that would be a minute's pause. */
async function unlockAll(pool: pg.Pool, name: string): Promise<void> {
  const endMs = performance.now() + quietMs;
  while (pool.idleCount < pool.totalCount && performance.now() < endMs) await pause(10);
  await pool.query('update agenda_jobs set locked_at = null where last_modified_by = $1 and locked_at is not null', [
    name,
  ]);
}

async function runJob(context: WorkerContext, job: Job, data: unknown): Promise<void> {
  try {
    await job.run(context, data);
  } catch (error) {
    context.logger.error({ err: error, job: job.name }, 'a job failed; its work stays due');
  }
}

/** While Postgres is away the channel reports twenty errors a second: one line per `everyMs` is enough. */
function sampled(logger: Logger, everyMs: number): (error: Error, message: string) => void {
  let quietUntilMs = 0;
  return (error, message) => {
    if (Date.now() < quietUntilMs) return;
    quietUntilMs = Date.now() + everyMs;
    logger.warn({ err: error }, message);
  };
}
