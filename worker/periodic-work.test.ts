import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool } from '../api/platform/database.ts';
import type { ServedApi } from '../api/serve.ts';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { resultOf } from '../tests/support/engine-bench.ts';
import { makeAgent, makeOpenBounty, makeOwner, makeSubmission } from '../tests/support/engine-rows.ts';
import { call, makeAccount, startTestApi } from '../tests/support/factories.ts';
import type { RunAssignment } from './executions/assignment.ts';
import { startWorker, type StartedWorker } from './worker.ts';

let t: TestDatabase;
let api: ServedApi;
let worker: StartedWorker;
let agendaPool: ReturnType<typeof openPool>;
let ada: { id: string; key: string };
const stopped: string[] = [];

const endless: RunAssignment = ({ execution }, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      stopped.push(execution.id);
      resolve(resultOf(execution, { state: 'cancelled', outcome: 'CANCELLED' }));
    });
  });

beforeAll(async () => {
  t = await openTestDatabase({ WORKER_THREADS: '8' });
  api = await startTestApi(t);
  agendaPool = openPool(t.url, { name: 'test-agenda', onError: () => undefined });
  worker = await startWorker(t.context, agendaPool, endless);
  ada = await makeAccount(t, 'Ada');
});
afterAll(async () => {
  await worker.stop(1_000);
  await api.close();
  await agendaPool.end();
  await t.close();
});

async function until(look: () => Promise<boolean>, withinMs: number): Promise<number> {
  const startedMs = Date.now();
  while (!(await look())) {
    if (Date.now() - startedMs > withinMs) throw new Error(`It did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - startedMs;
}

/** A submission whose runs never end, when some of them run. */
async function enterEndless(cases: number): Promise<{ id: string; executionIds: string[] }> {
  const bounty = await makeOpenBounty(t.database, { posterId: await makeOwner(t.database, 'Poster'), cases });
  const agent = await makeAgent(t.context, ada.id);
  const entry = { bountyId: bounty.id, accountId: ada.id, agent, caseIds: bounty.caseIds };
  const submission = await makeSubmission(t.context, entry);
  await until(async () => (await countOf(submission.id, ['running'])) >= 3, 8_000);
  return submission;
}

async function countOf(submissionId: string, states: string[]): Promise<number> {
  const [row] = await t
    .database('agent_executions')
    .where({ submission_id: submissionId })
    .whereIn('state', states)
    .count();
  return Number(row?.count);
}

describe('Agenda’s table', () => {
  it('may be emptied: what comes by itself comes again without a restart', async () => {
    const periodic = () =>
      t.database('agenda_jobs').where({ type: 'single' }).whereNotNull('last_run_at').orderBy('name').pluck('name');
    const all = [
      'close-bounties',
      'expire-requests',
      'forget-old',
      'pay-affiliates',
      'reconcile',
      'run-payment-tasks',
      'sweep-executions',
    ];
    await until(async () => (await periodic()).length === all.length, 10_000);
    await t.database.raw('truncate agenda_jobs');
    await until(async () => (await periodic()).join() === all.join(), 15_000);
  });
});

describe('withdrawing a submission', () => {
  const isOver = async (id: string) => (await countOf(id, ['queued', 'running'])) === 0;

  it('stops what runs of it within a second, and nothing more of it starts', async () => {
    const submission = await enterEndless(20);
    const held = await t
      .database('agent_executions')
      .where({ submission_id: submission.id, state: 'running' })
      .pluck('id');
    const answer = await call(api, 'POST', `/api/submissions/${submission.id}/withdraw`, { key: ada.key, body: {} });
    expect(answer.status).toBe(200);
    const areStopped = async () => (await isOver(submission.id)) && held.every((id) => stopped.includes(id));
    expect(await until(areStopped, 5_000)).toBeLessThan(1_500);
    expect(await t.database('agent_executions').where({ submission_id: submission.id }).distinct('state')).toEqual([
      { state: 'cancelled' },
    ]);
  });

  it('stops what a worker took at that very moment soon after', async () => {
    const submission = await enterEndless(3);
    await t.database('submissions').where({ id: submission.id }).update({ state: 'withdrawn' });
    const isQuiet = async () => (await countOf(submission.id, ['running'])) === 0;
    expect(await until(isQuiet, 10_000)).toBeLessThan(3_500);
  });
});

describe('a submission without a verdict', () => {
  it('whose runs all ended is settled within seconds', async () => {
    const submission = await enterEndless(3);
    await t
      .database('agent_executions')
      .where({ submission_id: submission.id })
      .update({ state: 'failed', outcome: 'GUEST_ERROR', lease_token: null, finished_at: new Date() });
    await t
      .database('submissions')
      .where({ id: submission.id })
      .update({ created_at: new Date(Date.now() - 60_000) });
    const isScored = async () =>
      (await t.database('submissions').where({ id: submission.id }).first()).state === 'scored';
    await until(isScored, 8_000);
  });
});
