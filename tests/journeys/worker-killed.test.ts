import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeAgent, makeOpenBounty, makeOwner, makeSubmission } from '../support/engine-rows.ts';
import { startProcess, type StartedProcess } from '../support/start-process.ts';

const casesCount = 100;
// Long enough that a kill lands in the middle of runs, short enough that the test is.
const slowEcho = `export default async function run(input) { let x = 0; for (let i = 0; i < 300000; i += 1) x += i; return { echo: input.n }; }`;

let t: TestDatabase;
const workers: StartedProcess[] = [];
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

async function startWorker(): Promise<StartedProcess> {
  const { config } = t.context;
  const env = {
    DATABASE_URL: t.url,
    DATA_DIR: config.dataDir,
    QUARRY_SECRET: config.secret,
    LOG_LEVEL: 'info',
    WORKER_THREADS: '8',
  };
  const worker = await startProcess('worker/main.ts', env, 'the worker is ready');
  workers.push(worker);
  return worker;
}

async function enterTwice(): Promise<{ submissionIds: string[]; executionIds: string[] }> {
  const poster = await makeOwner(t.database, 'Poster');
  const bounty = await makeOpenBounty(t.database, { posterId: poster, cases: casesCount });
  const submissions = [];
  for (const name of ['One', 'Two']) {
    const accountId = await makeOwner(t.database, name);
    const agent = await makeAgent(t.context, accountId, slowEcho);
    submissions.push(
      await makeSubmission(t.context, { bountyId: bounty.id, accountId, agent, caseIds: bounty.caseIds }),
    );
  }
  return {
    submissionIds: submissions.map(({ id }) => id),
    executionIds: submissions.flatMap(({ executionIds }) => executionIds),
  };
}

async function until<T>(look: () => Promise<T | false>, withinMs: number): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== false) return found;
    if (Date.now() > endMs)
      throw new Error(
        `It did not happen within ${withinMs} ms. ${workers.map((worker) => worker.output()).join('\n')}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function countOf(ids: string[], states: string[]): Promise<number> {
  const [row] = await t.database('agent_executions').whereIn('id', ids).whereIn('state', states).count();
  return Number(row?.count);
}

/** Leases end ten seconds earlier, so that the test need not wait for them: what died holds nothing for long. */
async function hurryLeases(): Promise<void> {
  await t
    .database('agent_executions')
    .where({ state: 'running' })
    .update({ lease_until: t.database.raw(`lease_until - interval '10 s'`) });
}

/** What must hold whatever happened: every run ended once, every output was judged once, every submission told once. */
async function demandOnce({
  submissionIds,
  executionIds,
}: {
  submissionIds: string[];
  executionIds: string[];
}): Promise<void> {
  const executions = await t.database('agent_executions').whereIn('id', executionIds);
  expect(new Set(executions.map((one) => one.state))).toEqual(new Set(['succeeded']));
  const [verifications] = await t.database('output_verifications').whereIn('execution_id', executionIds).count();
  expect(Number(verifications?.count)).toBe(executionIds.length);
  const submissions = await t.database('submissions').whereIn('id', submissionIds);
  for (const submission of submissions) expect(submission).toMatchObject({ state: 'scored', score: 1, passed: true });
  for (const id of submissionIds) {
    const told = await t
      .database('events')
      .where({ type: 'submission.scored' })
      .whereRaw(`payload->>'submissionId' = ?`, [id]);
    expect(told).toHaveLength(1);
  }
}

const allEnded = (ids: string[]) => until(async () => (await countOf(ids, ['queued', 'running'])) === 0, 60_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
  await t
    .database('agent_executions')
    .whereIn('state', ['queued', 'running'])
    .update({ state: 'cancelled', lease_token: null });
});

describe('a worker', () => {
  it('that is killed three times among 200 runs loses none and scores none twice', { timeout: 120_000 }, async () => {
    const entered = await enterTwice();
    const { executionIds } = entered;
    for (let kill = 1; kill <= 3; kill += 1) {
      const worker = await startWorker();
      const done = await countOf(executionIds, ['succeeded']);
      await until(async () => (await countOf(executionIds, ['succeeded'])) >= Math.min(done + 20, 180), 60_000);
      await worker.end('SIGKILL');
      expect(await countOf(executionIds, ['queued', 'running'])).toBeGreaterThan(0);
      await hurryLeases();
    }
    await Promise.all([startWorker(), startWorker()]);
    await allEnded(executionIds);
    await demandOnce(entered);
    const again = await t.database('agent_executions').whereIn('id', executionIds).where('attempt', '>', 1);
    expect(again.length).toBeGreaterThan(0);
  });

  it(
    'that sleeps over its leases wakes up to find its results refused, and works on',
    { timeout: 120_000 },
    async () => {
      const entered = await enterTwice();
      const sleeper = await startWorker();
      await until(async () => (await countOf(entered.executionIds, ['succeeded'])) >= 10, 60_000);
      process.kill(sleeper.pid, 'SIGSTOP');
      await until(async () => (await countOf(entered.executionIds, ['running'])) > 0, 5_000);
      // It may have fallen asleep in the middle of a transaction: what that has locked comes free when PostgreSQL ends it, half a minute later.
      const running = t.database('agent_executions').where({ state: 'running' }).forUpdate().skipLocked().select('id');
      await t
        .database('agent_executions')
        .whereIn('id', running)
        .update({ lease_until: t.database.raw('clock_timestamp()') });
      await startWorker();
      await allEnded(entered.executionIds);
      process.kill(sleeper.pid, 'SIGCONT');
      const more = await enterTwice();
      await allEnded(more.executionIds);
      await demandOnce(entered);
      await demandOnce(more);
      expect(await sleeper.end('SIGTERM')).toBe(0);
    },
  );

  it('goes on when every connection of it to the database is cut', { timeout: 120_000 }, async () => {
    const entered = await enterTwice();
    const worker = await startWorker();
    for (let cut = 1; cut <= 3; cut += 1) {
      const done = await countOf(entered.executionIds, ['succeeded']);
      await until(async () => (await countOf(entered.executionIds, ['succeeded'])) >= Math.min(done + 15, 180), 60_000);
      await t.database.raw(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'quarry-%' and datname = current_database()`,
      );
      await hurryLeases();
    }
    await allEnded(entered.executionIds);
    await demandOnce(entered);
    expect(await worker.end('SIGTERM')).toBe(0);
  });

  it(
    'that is asked to stop ends with 0, gives back what runs, and leaves nothing locked',
    { timeout: 60_000 },
    async () => {
      const { executionIds } = await enterTwice();
      const worker = await startWorker();
      await until(async () => (await countOf(executionIds, ['succeeded'])) > 5, 30_000);
      expect(await worker.end('SIGTERM')).toBe(0);
      expect(await countOf(executionIds, ['running'])).toBe(0);
      expect(await countOf(executionIds, ['queued'])).toBeGreaterThan(0);
      const [locked] = await t
        .database('agenda_jobs')
        .whereNotNull('locked_at')
        .where({ last_modified_by: `${hostname()}:${worker.pid}` })
        .count();
      expect(Number(locked?.count)).toBe(0);
    },
  );
});
