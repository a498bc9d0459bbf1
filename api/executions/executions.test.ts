import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { makeAgent, makeOpenBounty, makeOwner, makeSubmission } from '../../tests/support/engine-rows.ts';
import { cancelExecution, cancelWithdrawn } from './cancel-execution.ts';
import { claimExecutions, type ClaimedExecution } from './claim-executions.ts';
import { finishExecutions } from './finish-executions.ts';
import { extendLeases, findLostLeases, releaseExecutions } from './keep-leases.ts';
import { queueExecutions } from './queue-executions.ts';
import type { ExecutionResult } from './result.ts';
import { retryExecution } from './retry-execution.ts';
import { settleForgotten, sweepExecutions } from './sweep-executions.ts';

let t: TestDatabase;
let owner: string;
let agent: { id: string; versionId: string };
beforeAll(async () => {
  t = await openTestDatabase();
  owner = await makeOwner(t.database);
  agent = await makeAgent(t.context, owner);
});
afterAll(() => t.close());
beforeEach(async () => {
  // Each test sees a queue of its own: what an earlier one left waiting is closed.
  await t
    .database('agent_executions')
    .whereIn('state', ['queued', 'running'])
    .update({ state: 'cancelled', lease_token: null, finished_at: new Date() });
});

const all = { room: 100, roomForOthers: 100 };
const always = () => true;

function queueTests(count: number): Promise<string[]> {
  return t.database.transaction((trx) =>
    queueExecutions(t.context, trx, {
      class: 'interactive',
      accountId: owner,
      agentVersionId: agent.versionId,
      bountyId: null,
      submissionId: null,
      inputs: Array.from({ length: count }, (_, n) => ({ n })),
    }),
  );
}

async function enter(cases: number) {
  const bounty = await makeOpenBounty(t.database, { posterId: owner, cases });
  return makeSubmission(t.context, { bountyId: bounty.id, accountId: owner, agent, caseIds: bounty.caseIds });
}

function resultOf(execution: ClaimedExecution, change: Partial<ExecutionResult> = {}): ExecutionResult {
  return {
    execution,
    state: 'succeeded',
    outcome: 'OK',
    output: '{"echo":0}',
    partial: null,
    error: null,
    cpuMs: 1,
    wallMs: 2,
    memoryPeakBytes: 1024,
    logs: [],
    untold: [],
    scores: null,
    ...change,
  };
}

function finish(results: ExecutionResult[]) {
  return t.database.transaction((trx) => finishExecutions(t.context, trx, results, always));
}

async function row(id: string | undefined) {
  return t.database('agent_executions').where({ id }).first();
}

async function expireLease(id: string | undefined) {
  await t
    .database('agent_executions')
    .where({ id })
    .update({ lease_until: t.database.raw(`clock_timestamp() - interval '1 ms'`) });
}

describe('queueing', () => {
  it('writes the rows and one job in the transaction of the caller, or nothing', async () => {
    await t.database('agenda_jobs').delete();
    await expect(
      t.database.transaction(async (trx) => {
        await queueExecutions(t.context, trx, {
          class: 'interactive',
          accountId: owner,
          agentVersionId: agent.versionId,
          bountyId: null,
          submissionId: null,
          inputs: [1],
        });
        throw new Error('the caller fails');
      }),
    ).rejects.toThrow('the caller fails');
    expect(await t.database('agenda_jobs')).toHaveLength(0);
    const ids = await queueTests(3);
    expect(await t.database('agenda_jobs')).toHaveLength(1);
    const rows = await t.database('agent_executions').whereIn('id', ids);
    expect(ids.map((id) => rows.find((one) => one.id === id).input)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(new Set(rows.map((one) => one.seed)).size).toBe(3);
  });

  it('refuses more waiting tests than one account may have', async () => {
    await queueTests(1_000);
    await expect(queueTests(1)).rejects.toMatchObject({ code: 'rate_limited' });
  });
});

describe('claiming', () => {
  it('gives each execution to one of many claimers at once', async () => {
    const ids = await queueTests(60);
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => claimExecutions(t.context, { room: 20, roomForOthers: 20 })),
    );
    const claimed = claims.flat().map(({ id }) => id);
    expect(claimed.toSorted()).toEqual(ids.toSorted());
    expect(await claimExecutions(t.context, all)).toEqual([]);
  });

  it('takes watched runs first, and leaves the room kept for them free', async () => {
    await enter(5);
    const [watched] = await queueTests(1);
    const first = await claimExecutions(t.context, { room: 1, roomForOthers: 1 });
    expect(first.map(({ id }) => id)).toEqual([watched]);
    expect(await claimExecutions(t.context, { room: 5, roomForOthers: 2 })).toHaveLength(2);
  });

  it('does not take what is not due yet', async () => {
    const [id] = await queueTests(1);
    await t
      .database('agent_executions')
      .where({ id })
      .update({ run_at: t.database.raw(`clock_timestamp() + interval '1 hour'`) });
    expect(await claimExecutions(t.context, all)).toEqual([]);
  });
});

describe('a lease', () => {
  it('is renewed only by the token that holds it', async () => {
    await queueTests(1);
    const [held] = await claimExecutions(t.context, all);
    const stale = { id: held!.id, leaseToken: '00000000-0000-4000-8000-000000000000' };
    expect(await extendLeases(t.context, [held!])).toEqual([]);
    expect(await extendLeases(t.context, [stale])).toEqual([held!.id]);
    expect(await findLostLeases(t.context, [held!, stale])).toEqual([held!.id]);
  });

  it('that ended is swept from running to queued, and the stale token then writes nothing', async () => {
    const [id] = await queueTests(1);
    const [stale] = await claimExecutions(t.context, all);
    await expireLease(id);
    expect(await sweepExecutions(t.context)).toMatchObject({ requeued: 1, errored: 0 });
    expect(await row(id)).toMatchObject({ state: 'queued', attempt: 1, lease_token: null });
    const [fresh] = await claimExecutions(t.context, all);
    expect(fresh).toMatchObject({ id, attempt: 2 });
    const log = { seq: 0, level: 'info', message: 'old', atMs: 0 };
    expect(await finish([resultOf(stale!, { output: '"stale"', logs: [log], scores: [] })])).toEqual([]);
    expect(await row(id)).toMatchObject({ state: 'running', attempt: 2, output: null });
    expect(await t.database('agent_run_logs').where({ execution_id: id })).toEqual([]);
    expect(await t.database('output_verifications').where({ execution_id: id })).toEqual([]);
    expect(await finish([resultOf(fresh!, { output: '"fresh"' })])).toMatchObject([{ state: 'succeeded' }]);
    expect(await row(id)).toMatchObject({ state: 'succeeded', output: '"fresh"' });
  });

  it('that is still good is left alone by the sweep', async () => {
    await queueTests(1);
    await claimExecutions(t.context, all);
    expect(await sweepExecutions(t.context)).toMatchObject({ requeued: 0, errored: 0 });
  });

  it('that ends at the last attempt makes the execution errored, and its submission fails without a verdict', async () => {
    const submission = await enter(1);
    await t.database('agent_executions').where({ id: submission.executionIds[0] }).update({ attempts_max: 1 });
    await claimExecutions(t.context, all);
    await expireLease(submission.executionIds[0]);
    expect(await sweepExecutions(t.context)).toMatchObject({ requeued: 0, errored: 1 });
    expect((await row(submission.executionIds[0])).error.message).toContain('fault on our side');
    expect(await t.database('submissions').where({ id: submission.id }).first()).toMatchObject({
      state: 'failed',
      score: null,
    });
  });

  it('given back by a worker that stops does not count as a fault', async () => {
    const [id] = await queueTests(1);
    const [held] = await claimExecutions(t.context, all);
    expect(await releaseExecutions(t.context, [held!])).toBe(1);
    expect(await row(id)).toMatchObject({ state: 'queued', attempt: 1, attempts_max: 6 });
    expect(await releaseExecutions(t.context, [held!])).toBe(0);
  });
});

describe('finishing', () => {
  it('stores the result once, whoever sends it twice', async () => {
    const [id] = await queueTests(1);
    const [held] = await claimExecutions(t.context, all);
    const logs = [{ seq: 0, level: 'info', message: 'a\0b\ud800', atMs: 1.5 }];
    expect(await finish([resultOf(held!, { logs })])).toHaveLength(1);
    expect(await finish([resultOf(held!, { output: '"again"', logs })])).toHaveLength(0);
    expect(await row(id)).toMatchObject({
      state: 'succeeded',
      output: '{"echo":0}',
      memory_peak_bytes: 1024n,
      lease_token: null,
    });
    expect(await t.database('agent_run_logs').where({ execution_id: id })).toMatchObject([
      { message: 'a\ufffdb\ufffd', attempt: 1 },
    ]);
  });

  it('sends a fault of ours back with a wait, and gives up after the last attempt', async () => {
    const [id] = await queueTests(1);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await t
        .database('agent_executions')
        .where({ id })
        .update({ run_at: new Date(0) });
      const [held] = await claimExecutions(t.context, all);
      expect(held?.attempt).toBe(attempt);
      const [finished] = await finish([resultOf(held!, { state: 'fault', outcome: 'HOST_FAULT', output: null })]);
      expect(finished?.state).toBe(attempt < 5 ? 'queued' : 'errored');
      if (attempt < 5) expect((await row(id)).run_at.getTime()).toBeGreaterThan(Date.now() + 100 * 2 ** (attempt - 1));
    }
    expect(await row(id)).toMatchObject({ state: 'errored', error: { code: 'HOST_FAULT' } });
  });

  it('settles a submission once when its last two runs end at the same moment in two workers', async () => {
    for (let round = 0; round < 5; round += 1) {
      const submission = await enter(2);
      const [one, two] = await claimExecutions(t.context, all);
      const scores = (execution: ClaimedExecution) => [
        { metricId: execution.id, kind: 'exact' as const, score: 1, reason: 'equal' },
      ];
      await Promise.all([
        finish([resultOf(one!, { scores: scores(one!) })]),
        finish([resultOf(two!, { scores: scores(two!) })]),
      ]);
      const settled = await t.database('submissions').where({ id: submission.id }).first();
      expect(['scored', 'failed']).toContain(settled.state);
      const news = await t
        .database('events')
        .where({ type: 'submission.scored' })
        .whereRaw(`payload->>'submissionId' = ?`, [submission.id]);
      expect(news).toHaveLength(1);
      expect(await t.database('output_verifications').where({ submission_id: submission.id })).toHaveLength(2);
    }
  });

  it('tells the progress of a submission at its pace, and watched runs one by one', async () => {
    const submission = await enter(3);
    const [one] = await claimExecutions(t.context, { room: 1, roomForOthers: 1 });
    await finish([resultOf(one!)]);
    const progress = await t
      .database('events')
      .where({ type: 'submission.changed' })
      .whereRaw(`payload->>'submissionId' = ?`, [submission.id]);
    expect(progress.map((event) => event.payload)).toEqual([
      { submissionId: submission.id, state: 'running', done: 1, total: 3 },
    ]);
    expect(await t.database('events').where({ execution_id: one!.id })).toEqual([]);
    const [watched] = await queueTests(1);
    const [held] = await claimExecutions(t.context, { room: 1, roomForOthers: 0 });
    const line = { seq: 0, level: 'info', message: 'hello', atMs: 1 };
    await finish([resultOf(held!, { untold: [line] })]);
    const told = await t.database('events').where({ execution_id: watched }).orderBy('seq');
    expect(told.map((event) => [event.type, event.audience, event.payload])).toEqual([
      ['execution.log', 'account', { lines: [line] }],
      ['execution.changed', 'account', { state: 'succeeded', attempt: 1 }],
    ]);
  });
});

describe('cancelling', () => {
  const cancel = (id: string | undefined, by = owner) =>
    t.database.transaction((trx) => cancelExecution(t.context, trx, id ?? '', by));

  it('ends a waiting run at once, so that nobody claims it', async () => {
    const [id] = await queueTests(1);
    expect(await cancel(id)).toMatchObject({ state: 'cancelled' });
    expect(await claimExecutions(t.context, all)).toEqual([]);
  });

  it('takes a running run off its worker, whose result is refused', async () => {
    const [id] = await queueTests(1);
    const [held] = await claimExecutions(t.context, all);
    await cancel(id);
    expect(await findLostLeases(t.context, [held!])).toEqual([id]);
    expect(await finish([resultOf(held!)])).toEqual([]);
    expect(await row(id)).toMatchObject({ state: 'cancelled', output: null });
  });

  it('and a result at the same moment leave one final state', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [id] = await queueTests(1);
      const [held] = await claimExecutions(t.context, all);
      const [cancelled, finished] = await Promise.allSettled([cancel(id), finish([resultOf(held!)])]);
      const { state } = await row(id);
      const won = finished.status === 'fulfilled' && finished.value.length === 1;
      expect(state).toBe(won ? 'succeeded' : 'cancelled');
      expect(cancelled.status).toBe(won ? 'rejected' : 'fulfilled');
    }
  });

  it('is not there for anybody else, nor for a run that ended or belongs to a submission', async () => {
    const [id] = await queueTests(1);
    await expect(cancel(id, await makeOwner(t.database, 'Eve'))).rejects.toMatchObject({ code: 'not_found' });
    await cancel(id);
    await expect(cancel(id)).rejects.toMatchObject({ code: 'illegal_state' });
    const submission = await enter(1);
    await expect(cancel(submission.executionIds[0])).rejects.toThrow('Withdraw the submission');
  });

  it('reaches the runs of a withdrawn submission', async () => {
    const submission = await enter(3);
    await claimExecutions(t.context, { room: 1, roomForOthers: 1 });
    await t.database('submissions').where({ id: submission.id }).update({ state: 'withdrawn' });
    expect(await cancelWithdrawn(t.context)).toBe(3);
    expect(await t.database('agent_executions').whereIn('id', submission.executionIds).distinct('state')).toEqual([
      { state: 'cancelled' },
    ]);
  });
});

describe('retrying', () => {
  const retry = (id: string | undefined) =>
    t.database.transaction((trx) => retryExecution(t.context, trx, id ?? '', owner));

  it('makes a new attempt of a run that failed, with the same seed and the log of the old one kept', async () => {
    const [id] = await queueTests(1);
    const [held] = await claimExecutions(t.context, all);
    const logs = [{ seq: 0, level: 'info', message: 'first', atMs: 1 }];
    await finish([
      resultOf(held!, {
        state: 'failed',
        outcome: 'GUEST_ERROR',
        output: null,
        error: { code: 'GUEST_ERROR', message: 'no' },
        logs,
      }),
    ]);
    expect(await retry(id)).toMatchObject({ state: 'queued', error: null, attempt: 1 });
    const [again] = await claimExecutions(t.context, all);
    expect(again).toMatchObject({ id, attempt: 2, seed: held!.seed, clockMs: held!.clockMs });
    await finish([resultOf(again!, { logs: [{ ...logs[0]!, message: 'second' }] })]);
    const lines = await t.database('agent_run_logs').where({ execution_id: id }).orderBy('attempt');
    expect(lines.map((line) => [line.attempt, line.message])).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
  });

  it('is refused for a run that succeeded, still runs or belongs to a submission', async () => {
    const [id] = await queueTests(1);
    await expect(retry(id)).rejects.toThrow('has not ended');
    const [held] = await claimExecutions(t.context, all);
    await finish([resultOf(held!)]);
    await expect(retry(id)).rejects.toThrow('has succeeded');
    const submission = await enter(1);
    await expect(retry(submission.executionIds[0])).rejects.toThrow('belongs to a submission');
  });
});

describe('the sweep', () => {
  it('wakes a worker for what has waited, once, when its job is gone', async () => {
    const [id] = await queueTests(1);
    await t.database('agenda_jobs').delete();
    expect((await sweepExecutions(t.context)).woken).toBe(false);
    await t
      .database('agent_executions')
      .where({ id })
      .update({ run_at: t.database.raw(`clock_timestamp() - interval '2 s'`) });
    expect((await sweepExecutions(t.context)).woken).toBe(true);
    expect((await sweepExecutions(t.context)).woken).toBe(false);
    expect(await t.database('agenda_jobs').where({ name: 'run-executions' })).toHaveLength(1);
  });

  it('settles a submission whose runs all ended without it', async () => {
    const submission = await enter(2);
    await t
      .database('agent_executions')
      .whereIn('id', submission.executionIds)
      .update({ state: 'failed', outcome: 'GUEST_ERROR', finished_at: new Date() });
    await t
      .database('submissions')
      .where({ id: submission.id })
      .update({ created_at: new Date(Date.now() - 60_000) });
    expect(await settleForgotten(t.context)).toBe(1);
    expect(await t.database('submissions').where({ id: submission.id }).first()).toMatchObject({
      state: 'scored',
      score: 0,
      passed: false,
    });
  });
});
