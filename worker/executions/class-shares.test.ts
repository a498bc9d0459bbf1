import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionClass } from '../../api/executions/execution.ts';
import { queueExecutions } from '../../api/executions/queue-executions.ts';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { resultOf } from '../../tests/support/engine-bench.ts';
import { makeAgent, makeOwner } from '../../tests/support/engine-rows.ts';
import type { RunAssignment } from './assignment.ts';
import { ExecutionRunner } from './execution-runner.ts';

const classes: ExecutionClass[] = ['interactive', 'competition', 'rejudge'];
const threads = 16;

let t: TestDatabase;
let owners: string[];
let versionId: string;
let runner: ExecutionRunner | null = null;
beforeAll(async () => {
  t = await openTestDatabase();
  // So many that nobody holds a share of the threads that would matter.
  owners = await Promise.all(Array.from({ length: 40 }, (_, n) => makeOwner(t.database, `Owner ${n}`)));
  ({ versionId } = await makeAgent(t.context, owners[0] ?? ''));
});
afterAll(() => t.close());
afterEach(async () => {
  await runner?.drain(0);
  runner = null;
  await t.database('agent_executions').where({ state: 'queued' }).update({ state: 'cancelled' });
});

async function queue(executionClass: ExecutionClass, count: number, input: unknown): Promise<string[]> {
  const perOwner = Math.ceil(count / owners.length);
  const ids = [];
  for (const accountId of owners) {
    const batch = { class: executionClass, accountId, agentVersionId: versionId, bountyId: null, submissionId: null };
    const inputs = Array.from({ length: perOwner }, () => input);
    ids.push(...(await t.database.transaction((trx) => queueExecutions(t.context, trx, { ...batch, inputs }))));
  }
  return ids.slice(0, count);
}

const endlessOrQuick: RunAssignment = ({ execution }, signal) =>
  execution.input === '"endless"'
    ? new Promise((resolve) => {
        const end = () => resolve(resultOf(execution, { state: 'cancelled', outcome: 'CANCELLED' }));
        signal.addEventListener('abort', end);
      })
    : Promise.resolve(resultOf(execution));

async function running(): Promise<Record<string, number>> {
  const rows = await t
    .database('agent_executions')
    .where({ state: 'running' })
    .groupBy('class')
    .select('class')
    .count();
  return Object.fromEntries(rows.map((row) => [row.class, Number(row.count)]));
}

/** Wakes the runner until what it holds has not changed for half a second. */
async function fill(): Promise<Record<string, number>> {
  let [seen, sinceMs] = ['', Date.now()];
  for (;;) {
    await runner?.wake();
    const now = JSON.stringify(await running());
    if (now !== seen) [seen, sinceMs] = [now, Date.now()];
    if (Date.now() - sinceMs > 500) return JSON.parse(seen);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilSucceeded(ids: string[], withinMs: number): Promise<void> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const [row] = await t.database('agent_executions').whereIn('id', ids).where({ state: 'succeeded' }).count();
    if (Number(row?.count) === ids.length) return;
    if (Date.now() > endMs) throw new Error(`Only ${row?.count} of ${ids.length} ended within ${withinMs} ms`);
    await runner?.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the threads', () => {
  it.each(classes)('are never all taken from %s runs by endless runs of the other classes', async (late) => {
    for (const other of classes) if (other !== late) await queue(other, 40, 'endless');
    runner = new ExecutionRunner(t.context, endlessOrQuick, threads);
    const held = await fill();
    expect(held[late]).toBeUndefined();
    await untilSucceeded(await queue(late, 10, 'quick'), 3_000);
  });

  it('have an eighth for each of those who wait and a sixteenth for what is judged again, when all are endless', async () => {
    for (const one of classes) await queue(one, 40, 'endless');
    runner = new ExecutionRunner(t.context, endlessOrQuick, threads);
    const held = await fill();
    expect(held['interactive']).toBeGreaterThanOrEqual(threads / 8);
    expect(held['competition']).toBeGreaterThanOrEqual(threads / 8);
    expect(held['rejudge']).toBeGreaterThanOrEqual(threads / 16);
    expect(Object.values(held).reduce((sum, count) => sum + count)).toBeLessThanOrEqual(threads);
  });

  it('are used but for what is kept for the others when one class alone has work', async () => {
    for (const one of classes) {
      const ids = await queue(one, 40, 'endless');
      runner = new ExecutionRunner(t.context, endlessOrQuick, threads);
      expect((await fill())[one]).toBeGreaterThanOrEqual(12);
      await runner.drain(0);
      await t.database('agent_executions').whereIn('id', ids).update({ state: 'cancelled', lease_token: null });
    }
  });
});

describe('short runs without end', () => {
  it('of people at a screen go first, and let an eighth and a sixteenth of the starts to the others', async () => {
    await queue('interactive', 400, 'quick');
    await queue('competition', 60, 'quick');
    await queue('rejudge', 60, 'quick');
    const started: ExecutionClass[] = [];
    runner = new ExecutionRunner(
      t.context,
      async ({ execution }) => {
        started.push(execution.class);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return resultOf(execution);
      },
      threads,
    );
    await runner.wake();
    while (started.length < 320) await new Promise((resolve) => setTimeout(resolve, 10));
    const some = started.slice(0, 320);
    const count = (one: ExecutionClass) => some.filter((each) => each === one).length;
    expect(count('competition')).toBeGreaterThanOrEqual(320 / 8 - 8);
    expect(count('rejudge')).toBeGreaterThanOrEqual(320 / 16 - 8);
    expect(count('interactive')).toBeGreaterThan(320 / 2);
  });

  it('of one class go by their priority, whoever came earlier', async () => {
    const ids = await queue('competition', 30, 'quick');
    const paid = ids.slice(-5);
    await t.database('agent_executions').whereIn('id', paid).update({ priority: 5 });
    const started: string[] = [];
    const run: RunAssignment = async ({ execution }) => {
      started.push(execution.id);
      return resultOf(execution);
    };
    runner = new ExecutionRunner(t.context, run, threads);
    await untilSucceeded(ids, 5_000);
    expect(started.slice(0, 5).toSorted()).toEqual(paid.toSorted());
  });
});
