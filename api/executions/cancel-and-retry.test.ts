import { describe, expect, it } from 'vitest';
import { resultOf, useEngineBench } from '../../tests/support/engine-bench.ts';
import { makeOwner } from '../../tests/support/engine-rows.ts';
import { cancelExecution } from './cancel-execution.ts';
import { cancelWithdrawn } from './cancel-withdrawn.ts';
import { claimExecutions } from './claim-executions.ts';
import { findLostLeases } from './keep-leases.ts';
import { executionLimits } from './limits.ts';
import { replayExecution } from './replay-execution.ts';
import { retryExecution } from './retry-execution.ts';
import { settleForgotten, sweepExecutions } from './sweep-executions.ts';

const bench = useEngineBench();

describe('cancelling', () => {
  const cancel = (id: string | undefined, by = bench.owner) =>
    bench.t.database.transaction((trx) => cancelExecution(bench.t.context, trx, id ?? '', by));

  it('ends a waiting run at once, so that nobody claims it', async () => {
    const [id] = await bench.queueTests(1);
    expect(await cancel(id)).toMatchObject({ state: 'cancelled' });
    expect(await bench.claimAll()).toEqual([]);
  });

  it('takes a running run off its worker, whose result is refused', async () => {
    const [id] = await bench.queueTests(1);
    const [held] = await bench.claimAll();
    await cancel(id);
    expect(await findLostLeases(bench.t.context, [held!])).toEqual([id]);
    expect(await bench.finish([resultOf(held!)])).toEqual([]);
    expect(await bench.row(id)).toMatchObject({ state: 'cancelled', output: null });
  });

  it('keeps what the run had used and said by then, of that attempt alone, and no output', async () => {
    const [id] = await bench.queueTests(1);
    const [held] = await bench.claimAll();
    await cancel(id);
    const logs = [{ seq: 1, level: 'log', message: 'so far', atMs: 1 }];
    const stopped = { state: 'cancelled' as const, outcome: 'CANCELLED', output: null, partial: '{"best":1}', logs };
    const usage = { calls: 2, bytes: 30, llmTokens: 4 };
    const result = resultOf(held!, { ...stopped, cpuMs: 700, wallMs: 800, memoryPeakBytes: 4096, usage });
    expect(await bench.finish([result])).toEqual([]);
    expect(await bench.row(id)).toMatchObject({
      state: 'cancelled',
      outcome: 'CANCELLED',
      output: null,
      partial: '{"best":1}',
      cpu_ms: 700,
      wall_ms: 800,
      tool_calls: 2,
      llm_tokens: 4,
      engine: 'test',
    });
    const [line] = await bench.t.database('agent_run_logs').where({ execution_id: id });
    expect(line).toMatchObject({ attempt: 1, message: 'so far' });

    await bench.t.database.transaction((trx) => retryExecution(bench.t.context, trx, id!, bench.owner));
    const [again] = await bench.claimAll();
    await cancel(id);
    expect(await bench.finish([resultOf(held!, { ...stopped, cpuMs: 1 })])).toEqual([]);
    expect(await bench.row(id)).toMatchObject({ state: 'cancelled', cpu_ms: null, partial: null });
    // It ended by itself at the very moment: cancelled it stays.
    expect(await bench.finish([resultOf(again!, { cpuMs: 5 })])).toEqual([]);
    expect(await bench.row(id)).toMatchObject({ state: 'cancelled', outcome: 'CANCELLED', output: null, cpu_ms: 5 });
  });

  it('and a result at the same moment leave one final state', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [id] = await bench.queueTests(1);
      const [held] = await bench.claimAll();
      const [cancelled, finished] = await Promise.allSettled([cancel(id), bench.finish([resultOf(held!)])]);
      const { state } = await bench.row(id);
      const won = finished.status === 'fulfilled' && finished.value.length === 1;
      expect(state).toBe(won ? 'succeeded' : 'cancelled');
      expect(cancelled.status).toBe(won ? 'rejected' : 'fulfilled');
    }
  });

  it('is not there for anybody else, nor for a run that ended or belongs to a submission', async () => {
    const [id] = await bench.queueTests(1);
    await expect(cancel(id, await makeOwner(bench.t.database, 'Eve'))).rejects.toMatchObject({ code: 'not_found' });
    await cancel(id);
    await expect(cancel(id)).rejects.toMatchObject({ code: 'illegal_state' });
    const submission = await bench.enter(1);
    await expect(cancel(submission.executionIds[0])).rejects.toThrow('Withdraw the submission');
  });

  it('reaches the runs of a withdrawn submission', async () => {
    const submission = await bench.enter(3);
    await claimExecutions(bench.t.context, { room: 1, roomForOthers: 1 });
    await bench.t.database('submissions').where({ id: submission.id }).update({ state: 'withdrawn' });
    expect(await cancelWithdrawn(bench.t.context, 'running')).toBe(1);
    expect(await cancelWithdrawn(bench.t.context, 'open')).toBe(2);
    expect(await bench.t.database('agent_executions').whereIn('id', submission.executionIds).distinct('state')).toEqual(
      [{ state: 'cancelled' }],
    );
  });
});

describe('retrying', () => {
  const retry = (id: string | undefined) =>
    bench.t.database.transaction((trx) => retryExecution(bench.t.context, trx, id ?? '', bench.owner));

  it('makes a new attempt of a run that failed, with the same seed and the log of the old one kept', async () => {
    const [id] = await bench.queueTests(1);
    const [held] = await bench.claimAll();
    const logs = [{ seq: 0, level: 'info', message: 'first', atMs: 1 }];
    await bench.finish([
      resultOf(held!, {
        state: 'failed',
        outcome: 'GUEST_ERROR',
        output: null,
        error: { code: 'GUEST_ERROR', message: 'no' },
        logs,
      }),
    ]);
    expect(await retry(id)).toMatchObject({ state: 'queued', error: null, attempt: 1 });
    const [again] = await bench.claimAll();
    expect(again).toMatchObject({ id, attempt: 2, seed: held!.seed, clockMs: held!.clockMs });
    await bench.finish([resultOf(again!, { logs: [{ ...logs[0]!, message: 'second' }] })]);
    const lines = await bench.t.database('agent_run_logs').where({ execution_id: id }).orderBy('attempt');
    expect(lines.map((line) => [line.attempt, line.message])).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
  });

  it('is refused for a run that succeeded, still runs or belongs to a submission', async () => {
    const [id] = await bench.queueTests(1);
    await expect(retry(id)).rejects.toThrow('has not ended');
    const [held] = await bench.claimAll();
    await bench.finish([resultOf(held!)]);
    await expect(retry(id)).rejects.toThrow('has succeeded');
    const submission = await bench.enter(1);
    await expect(retry(submission.executionIds[0])).rejects.toThrow('belongs to a submission');
  });

  /** A run that failed after these calls of tools, given as the code each ended with; undefined: never answered. */
  async function failAfter(codes: (string | null | undefined)[]): Promise<string> {
    const [id] = await bench.queueTests(1);
    const held = (await bench.claimAll()).find((one) => one.id === id);
    const calls = codes.map((code, n) => ({
      execution_id: id,
      seq: n + 1,
      attempt: 1,
      tool: 'http.get',
      args_hash: `hash ${n}`,
      args: '{}',
      ...(code === undefined ? {} : { code, answer: code === null ? '1' : null, settled: n + 1 }),
    }));
    if (calls.length > 0) await bench.t.database('execution_tool_calls').insert(calls);
    await bench.finish([resultOf(held!, { state: 'failed', outcome: 'GUEST_ERROR', output: null })]);
    return id ?? '';
  }
  const callsOf = (id: string) => bench.t.database('execution_tool_calls').where({ execution_id: id }).pluck('seq');

  it('asks again from the first call of a tool that failed on, and gives the answers before it again', async () => {
    const id = await failAfter([null, null, 'timeout', null, 'failed']);
    await retry(id);
    expect(await callsOf(id)).toEqual([1, 2]);
    const whole = await failAfter([null, null]);
    await retry(whole);
    expect(await callsOf(whole)).toEqual([1, 2]);
    const open = await failAfter([undefined, null]);
    await retry(open);
    expect(await callsOf(open)).toEqual([1, 2]);
  });

  it('is refused while more tests wait than one account may have', async () => {
    const id = await failAfter([]);
    await bench.queueTests(1_000);
    await expect(retry(id)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await bench.row(id)).toMatchObject({ state: 'failed' });
  });

  it('is refused for a replay, which is to be made again from the run it repeats', async () => {
    const original = await failAfter([]);
    const made = await bench.t.database.transaction((trx) =>
      replayExecution(bench.t.context, trx, { id: original, accountId: bench.owner, isPlatformAdmin: false }),
    );
    const [held] = await bench.claimAll();
    await bench.finish([resultOf(held!, { state: 'failed', outcome: 'GUEST_ERROR', output: null })]);
    await expect(retry(made.id)).rejects.toThrow('Replay the first run again');
  });

  it('retry-abuse: a thousand times in a row is bounded, for one run and for what waits', async () => {
    const id = await failAfter([]);
    let [retried, refused] = [0, 0];
    const refusals = new Set<string>();
    for (let n = 0; n < 1_000; n += 1) {
      await retry(id).then(
        () => (retried += 1),
        (problem: Error) => {
          refused += 1;
          refusals.add(problem.message);
        },
      );
      const [held] = retried > 0 && refused === 0 ? await bench.claimAll() : [];
      if (held) await bench.finish([resultOf(held, { state: 'failed', outcome: 'GUEST_ERROR', output: null })]);
    }
    expect(retried).toBe(executionLimits.triesMax - 1);
    expect([...refusals]).toEqual([expect.stringContaining('Start a new test instead')]);
    expect(await bench.row(id)).toMatchObject({ state: 'failed', attempt: executionLimits.triesMax });
    const waiting = await failAfter([]);
    await retry(waiting);
    await expect(retry(waiting)).rejects.toMatchObject({ code: 'illegal_state' });
    expect(await bench.claimAll()).toHaveLength(1);
  });
});

describe('the sweep', () => {
  it('wakes a worker for what has waited, once, when its job is gone', async () => {
    const [id] = await bench.queueTests(1);
    await bench.t.database('agenda_jobs').delete();
    expect((await sweepExecutions(bench.t.context)).woken).toBe(false);
    await bench.t
      .database('agent_executions')
      .where({ id })
      .update({ run_at: bench.t.database.raw(`clock_timestamp() - interval '2 s'`) });
    expect((await sweepExecutions(bench.t.context)).woken).toBe(true);
    expect((await sweepExecutions(bench.t.context)).woken).toBe(false);
    expect(await bench.t.database('agenda_jobs').where({ name: 'run-executions' })).toHaveLength(1);
  });

  it('settles a submission whose runs all ended without it', async () => {
    // Those of the tests before, which are old by now on a slow machine.
    await settleForgotten(bench.t.context);
    const submission = await bench.enter(2);
    await bench.t
      .database('agent_executions')
      .whereIn('id', submission.executionIds)
      .update({ state: 'failed', outcome: 'GUEST_ERROR', finished_at: new Date() });
    await bench.t
      .database('submissions')
      .where({ id: submission.id })
      .update({ created_at: new Date(Date.now() - 60_000) });
    expect(await settleForgotten(bench.t.context)).toBe(1);
    expect(await bench.t.database('submissions').where({ id: submission.id }).first()).toMatchObject({
      state: 'scored',
      score: 0,
      passed: false,
    });
  });
});
