import { describe, expect, it } from 'vitest';
import { resultOf, useEngineBench } from '../../tests/support/engine-bench.ts';
import { makeOpenBounty, makeOwner, makeSubmission } from '../../tests/support/engine-rows.ts';
import { queueExecutions } from './queue-executions.ts';
import { replayExecution } from './replay-execution.ts';

const bench = useEngineBench();

const replay = (id: string | undefined, accountId: string) =>
  bench.t.database.transaction((trx) =>
    replayExecution(bench.t.context, trx, { id: id ?? '', accountId, isPlatformAdmin: false }),
  );

it('of a replay is refused, and its owner is told what to replay', async () => {
  const [id] = await bench.queueTests(1);
  await bench.finish((await bench.claimAll()).map((one) => resultOf(one)));
  const again = await replay(id, bench.owner);
  await expect(replay(again.id, bench.owner)).rejects.toMatchObject({
    code: 'illegal_state',
    message: 'This is a replay itself. Replay the run that it repeats.',
  });
  const other = await makeOwner(bench.t.database, 'Other');
  await expect(replay(again.id, other)).rejects.toMatchObject({ code: 'not_found' });
});

describe('who manages a bounty', () => {
  it('replays what competed for it, and not the tests that others make on its public cases', async () => {
    const poster = await makeOwner(bench.t.database, 'Poster');
    const bounty = await makeOpenBounty(bench.t.database, { posterId: poster, cases: 1, publicCases: 1 });
    const [test] = await bench.t.database.transaction((trx) =>
      queueExecutions(bench.t.context, trx, {
        class: 'interactive',
        accountId: bench.owner,
        agentVersionId: bench.agent.versionId,
        bountyId: bounty.id,
        submissionId: null,
        cases: [{ caseId: bounty.publicCaseIds[0] ?? '' }],
      }),
    );
    const entry = await makeSubmission(bench.t.context, {
      bountyId: bounty.id,
      accountId: bench.owner,
      agent: bench.agent,
      caseIds: bounty.caseIds,
    });
    await bench.finish((await bench.claimAll()).map((one) => resultOf(one)));
    await expect(replay(test, poster)).rejects.toMatchObject({ code: 'not_found' });
    expect(await replay(test, bench.owner)).toMatchObject({ state: 'queued', class: 'interactive' });
    expect(await replay(entry.executionIds[0], poster)).toMatchObject({ state: 'queued', class: 'rejudge' });
  });
});
