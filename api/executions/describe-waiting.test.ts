import { describe, expect, it } from 'vitest';
import { useEngineBench } from '../../tests/support/engine-bench.ts';
import { makeOwner } from '../../tests/support/engine-rows.ts';
import { claimExecutions } from './claim-executions.ts';
import { describeWaiting } from './describe-waiting.ts';
import { showExecution } from './find-execution.ts';
import type { Waiting } from './find-waiting.ts';
import { queueExecutions } from './queue-executions.ts';

const now: Waiting = {
  class: 'interactive',
  attempt: 0,
  waitedMs: 40,
  isPostponed: false,
  ahead: 0,
  running: 0,
  ownRunning: 0,
  workspaceRunning: 0,
};
const say = (change: Partial<Waiting>) => describeWaiting({ ...now, ...change }, 128);

describe('why a run waits, in a sentence', () => {
  it('says that its agent may send no more requests yet', () => {
    expect(say({ attempt: 2, waitedMs: -4_200, isPostponed: true })).toBe(
      'Its agent sent as many requests as it may. It goes on in 5 s.',
    );
  });

  it('says its place among its own kind', () => {
    expect(say({})).toBe('Next among test runs, as soon as a worker is free.');
    expect(say({ class: 'competition', ahead: 1 })).toBe('1 run of a submission is ahead of it.');
    expect(say({ class: 'rejudge', ahead: 12 })).toBe('12 runs being judged again are ahead of it.');
    expect(say({ ahead: 1000 })).toBe('More than 1,000 test runs are ahead of it.');
  });

  it('says when all workers are busy', () => {
    expect(say({ waitedMs: 4_000, running: 120 })).toBe('Next among test runs. All workers are busy with 120 runs.');
    expect(say({ waitedMs: 4_000, running: 1, ahead: 3 })).toBe(
      '3 test runs are ahead of it. All workers are busy with 1 run.',
    );
    expect(say({ waitedMs: 300, running: 120 })).toBe('Next among test runs, as soon as a worker is free.');
  });

  it('says when the share of an account or a workspace is used up', () => {
    expect(say({ waitedMs: 4_000, running: 90, ownRunning: 32, ahead: 7 })).toBe(
      '32 of your runs are running, which is your share of the workers. The next starts when one ends or nobody else waits.',
    );
    expect(say({ class: 'competition', waitedMs: 4_000, running: 90, ownRunning: 3, workspaceRunning: 64 })).toBe(
      '64 runs for this workspace are running, which is its share of the workers. The next starts when one ends or nobody else waits.',
    );
    expect(say({ waitedMs: 4_000, running: 90, ownRunning: 31 })).toContain('All workers are busy');
  });

  it('says when no worker takes anything', () => {
    expect(say({ waitedMs: 12_400, ahead: 3 })).toBe(
      'No worker has taken anything for 12 s. It starts as soon as one is back.',
    );
    expect(say({ waitedMs: 3_000, ahead: 3 })).toBe('3 test runs are ahead of it.');
  });

  it('says when a fault of ours makes it wait', () => {
    expect(say({ attempt: 2, waitedMs: -1_500 })).toBe(
      'Attempt 2 ended by a fault on our side. It is tried again in 2 s.',
    );
  });
});

const bench = useEngineBench();

async function queueFor(accountId: string, count: number): Promise<string[]> {
  return bench.t.database.transaction((trx) =>
    queueExecutions(bench.t.context, trx, {
      class: 'interactive',
      accountId,
      agentVersionId: bench.agent.versionId,
      bountyId: null,
      submissionId: null,
      inputs: Array.from({ length: count }, () => 1),
    }),
  );
}

const waitingOf = async (id: string | undefined) =>
  (await showExecution(bench.t.database, id ?? '', bench.owner)).waiting;

describe('what waits before a run', () => {
  it('is everything of its class that came earlier or has a higher priority, and nothing else', async () => {
    const other = await makeOwner(bench.t.database, 'Other');
    const early = await queueFor(other, 2);
    const [own] = await queueFor(bench.owner, 1);
    const late = await queueFor(other, 3);
    await bench.enter(4);
    expect(await waitingOf(own)).toMatchObject({ ahead: 2, running: 0, ownRunning: 0 });
    await bench.t.database('agent_executions').whereIn('id', late).update({ priority: 1 });
    expect(await waitingOf(own)).toMatchObject({ ahead: 5 });
    await bench.t.database('agent_executions').whereIn('id', early).update({ priority: -1 });
    expect(await waitingOf(own)).toMatchObject({ ahead: 3 });
  });

  it('counts what runs, of everyone and of its account, while their workers live', async () => {
    await queueFor(await makeOwner(bench.t.database, 'Other'), 2);
    await queueFor(bench.owner, 3);
    const held = await claimExecutions(bench.t.context, { room: 5, roomForOthers: 0 });
    const [own] = await queueFor(bench.owner, 1);
    expect(await waitingOf(own)).toMatchObject({ running: 5, ownRunning: 3 });
    await bench.t
      .database('agent_executions')
      .where({ id: held.find((one) => one.accountId === bench.owner)?.id })
      .update({ lease_until: new Date(0) });
    expect(await waitingOf(own)).toMatchObject({ running: 4, ownRunning: 2 });
  });

  it('is nothing for a run that does not wait', async () => {
    const [own] = await queueFor(bench.owner, 1);
    await bench.claimAll();
    expect(await waitingOf(own)).toBeNull();
  });
});
