import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cancelExecution } from '../../api/executions/cancel-execution.ts';
import { queueExecutions } from '../../api/executions/queue-executions.ts';
import type { ExecutionResult } from '../../api/executions/result.ts';
import { sweepExecutions } from '../../api/executions/sweep-executions.ts';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { makeAgent, makeOpenBounty, makeOwner, makeSubmission } from '../../tests/support/engine-rows.ts';
import type { Assignment, RunAssignment } from './assignment.ts';
import { ExecutionRunner } from './execution-runner.ts';

let t: TestDatabase;
let owner: string;
let agent: { id: string; versionId: string };
let runner: ExecutionRunner | null = null;
beforeAll(async () => {
  t = await openTestDatabase();
  // As worker/main.ts does: a connection that is cut in the middle of a transaction must not end the process.
  t.pool.on('connect', (client) => client.on('error', () => undefined));
  owner = await makeOwner(t.database);
  agent = await makeAgent(t.context, owner);
});
afterAll(() => t.close());
afterEach(async () => {
  await runner?.drain(0);
  runner = null;
  await t.database('agent_executions').where({ state: 'queued' }).update({ state: 'cancelled' });
});

function open(run: RunAssignment, threadsMax = 32): ExecutionRunner {
  runner = new ExecutionRunner(t.context, run, threadsMax);
  return runner;
}

function queue(inputs: unknown[], accountId = owner): Promise<string[]> {
  return t.database.transaction((trx) =>
    queueExecutions(t.context, trx, {
      class: 'interactive',
      accountId,
      agentVersionId: agent.versionId,
      bountyId: null,
      submissionId: null,
      inputs,
    }),
  );
}

function resultOf({ execution }: Assignment, change: Partial<ExecutionResult> = {}): ExecutionResult {
  const none = {
    partial: null,
    error: null,
    cpuMs: 1,
    wallMs: 1,
    memoryPeakBytes: 1,
    usage: null,
    engine: null,
    suspicions: [],
    logs: [],
    untold: [],
    scores: null,
  };
  return { execution, state: 'succeeded', outcome: 'OK', output: execution.input, ...none, ...change };
}

/** A run that ends only when it is told to stop. */
function endless(assignment: Assignment, signal: AbortSignal): Promise<ExecutionResult> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(resultOf(assignment, { state: 'cancelled', outcome: 'CANCELLED' })));
  });
}

const stuckOrQuick: RunAssignment = (assignment, signal) =>
  assignment.execution.input === '"stuck"' ? endless(assignment, signal) : Promise.resolve(resultOf(assignment));

async function until<T>(look: () => Promise<T | undefined | false>, withinMs = 8_000): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endMs) throw new Error(`It did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Ends every connection to the test's database but the one that does it. */
async function cutAll(): Promise<void> {
  await t.database.raw(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
}

async function statesOf(ids: string[]): Promise<Record<string, number>> {
  const rows = await t.database('agent_executions').whereIn('id', ids);
  return Object.fromEntries(
    Map.groupBy(rows, (row) => row.state)
      .entries()
      .map(([state, some]) => [state, some.length]),
  );
}

const all = async (ids: string[], state: string) => (await statesOf(ids))[state] === ids.length;

describe('the runner', () => {
  it('runs everything due once, with the right code and input, and stores each result', async () => {
    const ran: string[] = [];
    const ids = await queue(Array.from({ length: 150 }, (_, n) => ({ n })));
    await open(async (assignment) => {
      ran.push(assignment.execution.id);
      expect(assignment.code).toContain('echo');
      return resultOf(assignment);
    }).wake();
    await until(() => all(ids, 'succeeded'));
    expect(ran.toSorted()).toEqual(ids.toSorted());
    const rows = await t.database('agent_executions').whereIn('id', ids);
    for (const row of rows) expect(JSON.parse(row.output)).toEqual(row.input);
  });

  it('shares one queue with another runner: nothing is run twice', async () => {
    const ran: string[] = [];
    const run: RunAssignment = async (assignment) => {
      ran.push(assignment.execution.id);
      return resultOf(assignment);
    };
    const ids = await queue(Array.from({ length: 200 }, (_, n) => n));
    const other = new ExecutionRunner(t.context, run, 8);
    await Promise.all([open(run).wake(), other.wake()]);
    await until(async () => {
      await Promise.all([runner?.wake(), other.wake()]);
      return all(ids, 'succeeded');
    });
    await other.drain(0);
    expect(ran.toSorted()).toEqual(ids.toSorted());
  });

  it('gives cases their input, expectation and metrics, and moves the submission on', async () => {
    const bounty = await makeOpenBounty(t.database, { posterId: owner, cases: 4 });
    const submission = await makeSubmission(t.context, {
      bountyId: bounty.id,
      accountId: owner,
      agent,
      caseIds: bounty.caseIds,
    });
    await open(async (assignment) => {
      const { inputText, expected, metrics } = assignment.caseWork!;
      const { n } = JSON.parse(inputText) as { n: number };
      expect(expected).toEqual({ echo: n });
      const score = { metricId: metrics[0]!.id, kind: metrics[0]!.kind, score: n === 0 ? 0 : 1, reason: 'compared' };
      return resultOf(assignment, { output: JSON.stringify({ echo: n }), scores: [score] });
    }).wake();
    const settled = await until(async () => {
      const row = await t.database('submissions').where({ id: submission.id }).first();
      return row.state === 'scored' && row;
    });
    expect(settled).toMatchObject({ score: 0.75, passed: false });
  });

  it('does not let runs that never end hold up the others', async () => {
    const stuck = await queue(Array.from({ length: 20 }, () => 'stuck'));
    open(stuckOrQuick);
    await runner!.wake();
    await until(() => all(stuck, 'running'));
    const startedMs = performance.now();
    const quick = await queue([1, 2, 3]);
    await runner!.wake();
    await until(() => all(quick, 'succeeded'));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('keeps room for others when one account has more endless runs than there are threads', async () => {
    const stuck = await queue(Array.from({ length: 60 }, () => 'stuck'));
    open(stuckOrQuick, 16);
    await runner!.wake();
    // Of 16 threads 2 are kept for people at a screen, 2 for submissions and 1 for what is judged again.
    await until(async () => (await statesOf(stuck))['running'] === 11);
    const other = await makeOwner(t.database, 'Other');
    const quick = await queue([1, 2, 3], other);
    await runner!.wake();
    await until(() => all(quick, 'succeeded'));
    expect(await statesOf(stuck)).toEqual({ running: 11, queued: 49 });
  });

  it('stops a cancelled run within a second and stores nothing of it', async () => {
    const stopped: string[] = [];
    const [id] = await queue(['stuck']);
    await open(async (assignment, signal) => {
      const result = await endless(assignment, signal);
      stopped.push(assignment.execution.id);
      return result;
    }).wake();
    await until(() => all([id!], 'running'));
    const startedMs = performance.now();
    await t.database.transaction((trx) => cancelExecution(t.context, trx, id!, owner));
    await until(async () => stopped.length > 0);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(await t.database('agent_executions').where({ id }).first()).toMatchObject({
      state: 'cancelled',
      output: null,
      attempt: 1,
    });
  });

  it('keeps the lease of a run for as long as it runs', async () => {
    const [id] = await queue(['stuck']);
    await open(endless).wake();
    const first = await until(() => t.database('agent_executions').where({ id, state: 'running' }).first());
    const later = await until(async () => {
      const row = await t.database('agent_executions').where({ id }).first();
      return row.lease_until > first.lease_until && row;
    });
    expect(later).toMatchObject({ state: 'running', lease_token: first.lease_token });
  });

  it('that is drained lets runs end, gives the others back, and claims no more', async () => {
    const { promise: end, resolve: release } = Promise.withResolvers<void>();
    const ids = await queue(['ends', ...Array.from({ length: 30 }, () => 'stuck')]);
    const drained = open(async (assignment, signal) => {
      if (assignment.execution.input !== '"ends"') return endless(assignment, signal);
      await end;
      return resultOf(assignment);
    }, 16);
    await drained.wake();
    await until(async () => ((await statesOf(ids))['running'] ?? 0) >= 11);
    const ended = drained.drain(300);
    release();
    await ended;
    expect(await statesOf(ids)).toEqual({ succeeded: 1, queued: 30 });
    await drained.wake();
    expect(await statesOf(ids)).toEqual({ succeeded: 1, queued: 30 });
  });

  it('stores the others when the database refuses one result, and takes that for a fault of ours', async () => {
    const ids = await queue(['good', 'bad', 'good', 'good']);
    await open(async (assignment) =>
      resultOf(assignment, assignment.execution.input === '"bad"' ? { output: 'NUL \0 is no text' } : {}),
    ).wake();
    await until(async () => (await statesOf(ids))['succeeded'] === 3);
    const refused = await until(async () => {
      const row = await t.database('agent_executions').where({ id: ids[1] }).first();
      return row.state === 'queued' && row;
    });
    expect(refused).toMatchObject({ outcome: 'HOST_FAULT', attempt: 1, output: null });
  });

  it('goes on after the connections to the database were lost', async () => {
    const ids = await queue(Array.from({ length: 40 }, (_, n) => n));
    const cut = Promise.withResolvers<void>();
    let isCutting = false;
    const running = open(async (assignment) => {
      if (!isCutting) {
        isCutting = true;
        cut.resolve(await cutAll());
      }
      await cut.promise;
      return resultOf(assignment);
    });
    await running.wake().catch(() => undefined);
    await cut.promise;
    // A claim whose answer was lost is held by nobody: its lease has to end first, here ten seconds early.
    await until(async () => {
      const early = { lease_until: t.database.raw(`lease_until - interval '10 s'`) };
      const ended = t.database('agent_executions').where({ state: 'running' }).update(early);
      // The pool may still hand out a connection that was cut.
      return ended.then(
        () => true,
        () => false,
      );
    }, 5_000);
    await until(async () => {
      await Promise.allSettled([running.wake(), sweepExecutions(t.context)]);
      return all(ids, 'succeeded').catch(() => false);
    }, 25_000);
  });
});
