import { describe, expect, it } from 'vitest';
import { resultOf, useEngineBench } from '../../tests/support/engine-bench.ts';
import { claimExecutions, type ClaimedExecution } from './claim-executions.ts';
import { extendLeases, findLostLeases, releaseExecutions } from './keep-leases.ts';
import { showExecution } from './find-execution.ts';
import { findWaiting } from './find-waiting.ts';
import { executionLimits } from './limits.ts';
import { listLogLines } from './list-log-lines.ts';
import { queueExecutions } from './queue-executions.ts';
import { postponed } from './result.ts';
import { sweepExecutions } from './sweep-executions.ts';

const bench = useEngineBench();

async function expireLease(id: string | undefined) {
  await bench.t
    .database('agent_executions')
    .where({ id })
    .update({ lease_until: bench.t.database.raw(`clock_timestamp() - interval '1 ms'`) });
}

describe('queueing', () => {
  it('writes the rows and one job in the transaction of the caller, or nothing', async () => {
    await bench.t.database('agenda_jobs').delete();
    await expect(
      bench.t.database.transaction(async (trx) => {
        await queueExecutions(bench.t.context, trx, {
          class: 'interactive',
          accountId: bench.owner,
          agentVersionId: bench.agent.versionId,
          bountyId: null,
          submissionId: null,
          inputs: [1],
        });
        throw new Error('the caller fails');
      }),
    ).rejects.toThrow('the caller fails');
    expect(await bench.t.database('agenda_jobs')).toHaveLength(0);
    const ids = await bench.queueTests(3);
    expect(await bench.t.database('agenda_jobs')).toHaveLength(1);
    const rows = await bench.t.database('agent_executions').whereIn('id', ids);
    expect(ids.map((id) => rows.find((one) => one.id === id).input)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(new Set(rows.map((one) => one.seed)).size).toBe(3);
  });

  it('refuses more waiting tests than one account may have', async () => {
    await bench.queueTests(1_000);
    await expect(bench.queueTests(1)).rejects.toMatchObject({ code: 'rate_limited' });
  });
});

describe('claiming', () => {
  it('gives each execution to one of many claimers at once', async () => {
    const ids = await bench.queueTests(60);
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => claimExecutions(bench.t.context, { room: 20, roomForOthers: 20 })),
    );
    const claimed = claims.flat().map(({ id }) => id);
    expect(claimed.toSorted()).toEqual(ids.toSorted());
    expect(await bench.claimAll()).toEqual([]);
  });

  it('takes watched runs first, and leaves the room kept for them free', async () => {
    await bench.enter(5);
    const [watched] = await bench.queueTests(1);
    const first = await claimExecutions(bench.t.context, { room: 1, roomForOthers: 1 });
    expect(first.map(({ id }) => id)).toEqual([watched]);
    expect(await claimExecutions(bench.t.context, { room: 5, roomForOthers: 2 })).toHaveLength(2);
  });

  it('takes the higher priority first, whoever came earlier', async () => {
    const entry = await bench.enter(3);
    const paid = entry.executionIds[2];
    await bench.t.database('agent_executions').where({ id: paid }).update({ priority: 5 });
    const [first] = await claimExecutions(bench.t.context, { room: 1, roomForOthers: 1 });
    expect(first?.id).toBe(paid);
  });

  it('leaves a workspace that has its share to the others', async () => {
    const entries = [await bench.enter(2), await bench.enter(2)];
    const rows = await bench.t
      .database('agent_executions')
      .where({ submission_id: entries[0]?.id })
      .select('tenant_id');
    const tenants = new Set(rows.map((row) => row.tenant_id));
    expect(tenants.size).toBe(1);
    const claimed = await claimExecutions(bench.t.context, { room: 9, roomForOthers: 9, notForTenants: [...tenants] });
    expect(claimed.map(({ submissionId }) => submissionId)).toEqual([entries[1]?.id, entries[1]?.id]);
  });

  it('does not take what is not due yet', async () => {
    const [id] = await bench.queueTests(1);
    await bench.t
      .database('agent_executions')
      .where({ id })
      .update({ run_at: bench.t.database.raw(`clock_timestamp() + interval '1 hour'`) });
    expect(await bench.claimAll()).toEqual([]);
  });
});

describe('a lease', () => {
  it('is renewed only by the token that holds it', async () => {
    await bench.queueTests(1);
    const [held] = await bench.claimAll();
    const stale = { id: held!.id, leaseToken: '00000000-0000-4000-8000-000000000000' };
    expect(await extendLeases(bench.t.context, [held!])).toEqual([]);
    expect(await extendLeases(bench.t.context, [stale])).toEqual([held!.id]);
    expect(await findLostLeases(bench.t.context, [held!, stale])).toEqual([held!.id]);
  });

  it('that ended is swept from running to queued, and the stale token then writes nothing', async () => {
    const [id] = await bench.queueTests(1);
    const [stale] = await bench.claimAll();
    await expireLease(id);
    expect(await sweepExecutions(bench.t.context)).toMatchObject({ requeued: 1, errored: 0 });
    expect(await bench.row(id)).toMatchObject({ state: 'queued', attempt: 1, lease_token: null });
    const [fresh] = await bench.claimAll();
    expect(fresh).toMatchObject({ id, attempt: 2 });
    const log = { seq: 0, level: 'info', message: 'old', atMs: 0 };
    expect(await bench.finish([resultOf(stale!, { output: '"stale"', logs: [log], scores: [] })])).toEqual([]);
    expect(await bench.row(id)).toMatchObject({ state: 'running', attempt: 2, output: null });
    expect(await bench.t.database('agent_run_logs').where({ execution_id: id })).toEqual([]);
    expect(await bench.t.database('output_verifications').where({ execution_id: id })).toEqual([]);
    expect(await bench.finish([resultOf(fresh!, { output: '"fresh"' })])).toMatchObject([{ state: 'succeeded' }]);
    expect(await bench.row(id)).toMatchObject({ state: 'succeeded', output: '"fresh"' });
  });

  it('takes back more than one sweep may, sweep by sweep', async () => {
    await bench.queueTests(250);
    const { context, database } = bench.t;
    await claimExecutions(context, { room: 250, roomForOthers: 250 });
    await database('agent_executions')
      .where({ state: 'running' })
      .update({ lease_until: new Date(0) });
    expect((await sweepExecutions(context)).requeued).toBe(200);
    expect((await sweepExecutions(context)).requeued).toBe(50);
  });

  it('that is still good is left alone by the sweep', async () => {
    await bench.queueTests(1);
    await bench.claimAll();
    expect(await sweepExecutions(bench.t.context)).toMatchObject({ requeued: 0, errored: 0 });
  });

  it('that ends at the last attempt makes the execution errored, and its submission fails without a verdict', async () => {
    const submission = await bench.enter(1);
    await bench.t.database('agent_executions').where({ id: submission.executionIds[0] }).update({ attempts_max: 1 });
    await bench.claimAll();
    await expireLease(submission.executionIds[0]);
    expect(await sweepExecutions(bench.t.context)).toMatchObject({ requeued: 0, errored: 1 });
    expect((await bench.row(submission.executionIds[0])).error.message).toContain('fault on our side');
    expect(await bench.t.database('submissions').where({ id: submission.id }).first()).toMatchObject({
      state: 'failed',
      score: null,
    });
  });

  it('given back by a worker that stops does not count as a fault', async () => {
    const [id] = await bench.queueTests(1);
    const [held] = await bench.claimAll();
    expect(await releaseExecutions(bench.t.context, [held!])).toBe(1);
    expect(await bench.row(id)).toMatchObject({ state: 'queued', attempt: 1, attempts_max: 6 });
    expect(await releaseExecutions(bench.t.context, [held!])).toBe(0);
  });
});

describe('finishing', () => {
  it('stores the result once, whoever sends it twice', async () => {
    const [id] = await bench.queueTests(1);
    const [held] = await bench.claimAll();
    const logs = [{ seq: 0, level: 'info', message: 'a\0b\ud800', atMs: 1.5 }];
    expect(await bench.finish([resultOf(held!, { logs })])).toHaveLength(1);
    expect(await bench.finish([resultOf(held!, { output: '"again"', logs })])).toHaveLength(0);
    expect(await bench.row(id)).toMatchObject({
      state: 'succeeded',
      output: '{"echo":0}',
      memory_peak_bytes: 1024n,
      lease_token: null,
    });
    expect(await bench.t.database('agent_run_logs').where({ execution_id: id })).toMatchObject([
      { message: 'a\ufffdb\ufffd', attempt: 1 },
    ]);
  });

  it('sends a fault of ours back with a wait, and gives up after the last attempt', async () => {
    const [id] = await bench.queueTests(1);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await bench.t
        .database('agent_executions')
        .where({ id })
        .update({ run_at: new Date(0) });
      const [held] = await bench.claimAll();
      expect(held?.attempt).toBe(attempt);
      const [finished] = await bench.finish([resultOf(held!, { state: 'fault', outcome: 'HOST_FAULT', output: null })]);
      expect(finished?.state).toBe(attempt < 5 ? 'queued' : 'errored');
      if (attempt < 5)
        expect((await bench.row(id)).run_at.getTime()).toBeGreaterThan(Date.now() + 100 * 2 ** (attempt - 1));
    }
    expect(await bench.row(id)).toMatchObject({ state: 'errored', error: { code: 'HOST_FAULT' } });
  });

  it('postpones a run whose agent sent too many requests, without counting the attempt', async () => {
    const [id] = await bench.queueTests(1);
    const due = () =>
      bench.t
        .database('agent_executions')
        .where({ id })
        .update({ run_at: new Date(0) });
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await due();
      const [held] = await bench.claimAll();
      const [finished] = await bench.finish([postponed(resultOf(held!))]);
      expect(finished?.state).toBe('queued');
      expect((await bench.row(id)).run_at.getTime()).toBeGreaterThan(Date.now() + 2_000);
    }
    expect(await findWaiting(bench.t.database, id ?? '')).toMatchObject({ isPostponed: true, attempt: 8 });
    await bench.t.database('agent_executions').where({ id }).update({ attempt: executionLimits.postponesMax });
    await due();
    const [held] = await bench.claimAll();
    await bench.t.database('agent_executions').where({ id }).update({ attempts_max: held!.attempt });
    expect((await bench.finish([postponed(resultOf(held!))]))[0]?.state).toBe('errored');
  });

  it('settles a submission once when its last two runs end at the same moment in two workers', async () => {
    for (let round = 0; round < 5; round += 1) {
      const submission = await bench.enter(2);
      const [one, two] = await bench.claimAll();
      const scores = (execution: ClaimedExecution) => [
        { metricId: execution.id, kind: 'exact' as const, score: 1, reason: 'equal' },
      ];
      await Promise.all([
        bench.finish([resultOf(one!, { scores: scores(one!) })]),
        bench.finish([resultOf(two!, { scores: scores(two!) })]),
      ]);
      const settled = await bench.t.database('submissions').where({ id: submission.id }).first();
      expect(['scored', 'failed']).toContain(settled.state);
      const news = await bench.t
        .database('events')
        .where({ type: 'submission.scored' })
        .whereRaw(`payload->>'submissionId' = ?`, [submission.id]);
      expect(news).toHaveLength(1);
      expect(await bench.t.database('output_verifications').where({ submission_id: submission.id })).toHaveLength(2);
    }
  });

  it('tells the progress of a submission at its pace, and watched runs one by one', async () => {
    const submission = await bench.enter(3);
    const [one] = await claimExecutions(bench.t.context, { room: 1, roomForOthers: 1 });
    await bench.finish([resultOf(one!)]);
    const progress = await bench.t
      .database('events')
      .where({ type: 'submission.changed' })
      .whereRaw(`payload->>'submissionId' = ?`, [submission.id]);
    expect(progress.map((event) => event.payload)).toEqual([
      { submissionId: submission.id, state: 'running', done: 1, total: 3 },
    ]);
    expect(await bench.t.database('events').where({ execution_id: one!.id })).toEqual([]);
    const [watched] = await bench.queueTests(1);
    const [held] = await claimExecutions(bench.t.context, { room: 1, roomForOthers: 0 });
    const line = { seq: 0, level: 'info', message: 'hello', atMs: 1 };
    await bench.finish([resultOf(held!, { untold: [line] })]);
    const told = await bench.t.database('events').where({ execution_id: watched }).orderBy('seq');
    expect(told.map((event) => [event.type, event.audience, event.payload])).toEqual([
      ['execution.log', 'account', { lines: [line] }],
      ['execution.changed', 'account', { state: 'succeeded', attempt: 1 }],
    ]);
  });
});

describe('an answer', () => {
  it('shows the last thousand lines of a log, and all of them page by page, of earlier attempts too', async () => {
    const [id = ''] = await bench.queueTests(1);
    await bench.t.database('agent_executions').where({ id }).update({ attempt: 2 });
    const lines = (attempt: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({
        execution_id: id,
        attempt,
        seq: n + 1,
        level: 'log',
        message: `${attempt}: ${n + 1}`,
        at_ms: n,
      }));
    await bench.t.database('agent_run_logs').insert([...lines(1, 3), ...lines(2, 1_001)]);
    const { logs } = await showExecution(bench.t.database, id, bench.owner);
    expect([logs.length, logs[0]?.message, logs.at(-1)?.message]).toEqual([1_000, '2: 2', '2: 1001']);

    const page = (more: object) =>
      listLogLines(bench.t.database, { id, accountId: bench.owner, limit: 1_000, ...more });
    const first = await page({});
    expect(first.rows[0]).toEqual({ seq: 1, level: 'log', message: '2: 1', atMs: 0 });
    const rest = await page({ cursor: first.nextCursor });
    expect([first.rows.length, rest.rows.map(({ message }) => message), rest.nextCursor]).toEqual([
      1_000,
      ['2: 1001'],
      null,
    ]);
    expect((await page({ attempt: 1 })).rows.map(({ message }) => message)).toEqual(['1: 1', '1: 2', '1: 3']);
    await expect(page({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
