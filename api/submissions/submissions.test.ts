import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import type { ServedApi } from '../serve.ts';
import { finishRuns, makeAgent, makeOpenBounty } from './entry-fixture.ts';
import { settleSubmission } from './settle-submission.ts';

let t: TestDatabase;
let api: ServedApi;
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const submit = (bounty: string, key: string | null, versionId: string | undefined) =>
  call(api, 'POST', `/api/bounties/${bounty}/submissions`, { key, body: { versionId } });
const settle = (submissionId: string) =>
  t.database.transaction((trx) => settleSubmission(t.context, trx, submissionId));

describe('a submission', () => {
  async function entered(options: Parameters<typeof makeOpenBounty>[1] = {}) {
    const bounty = await makeOpenBounty(t, options);
    const agent = await makeAgent(t);
    const { body } = await submit(bounty.id, agent.owner.key, agent.versionIds[0]);
    const read = async (key = agent.owner.key) => call(api, 'GET', `/api/submissions/${body.id}`, { key });
    return { bounty, agent, id: body.id as string, read };
  }

  it('is seen by its owner and the poster, and by nobody else', async () => {
    const { bounty, agent, id, read } = await entered();
    const stranger = await makeAccount(t);
    expect((await read()).status).toBe(200);
    expect((await read(bounty.poster.key)).body).toEqual((await read()).body);
    expect((await read(stranger.key)).status).toBe(404);
    const list = async (key: string) =>
      (await call(api, 'GET', `/api/bounties/${bounty.id}/submissions`, { key })).body.data.map(
        (row: { id: string }) => row.id,
      );
    expect(await list(agent.owner.key)).toEqual([id]);
    expect(await list(bounty.poster.key)).toEqual([id]);
    expect(await list(stranger.key)).toEqual([]);
  });

  it('is scored once all its runs are final, and its reasons tell of a public case but never of a private one', async () => {
    const { id, read, bounty } = await entered();
    expect(await settle(id)).toBeNull();
    await finishRuns(t, id, [{ output: 'spam' }, { output: 'PRIVATE-ANSWER-1' }, { output: 'PRIVATE-ANSWER-WRONG' }]);
    expect((await read()).body).toMatchObject({ state: 'running', progress: { done: 3, total: 3 } });
    expect(await settle(id)).toBe('scored');
    const { body } = await read();
    expect(body).toMatchObject({
      state: 'scored',
      verdict: { score: 0.5, passed: false, metrics: [{ kind: 'exact', score: 0.5, passed: false }] },
    });
    expect(body.verdict.reasons).toEqual([
      'exact: 1 of 2 private cases matches (0.500), the pass mark is 1. Public case 1 fails too: expected "ham", got "spam".',
    ]);
    expect(JSON.stringify(body)).not.toContain('PRIVATE');
    const events = await t.database('events').where({ bounty_id: bounty.id }).orderBy('seq').pluck('type');
    expect(events.slice(-3)).toEqual(['submission.scored', 'leaderboard.changed', 'bounty.changed']);
    expect(JSON.stringify(await t.database('events').where({ bounty_id: bounty.id }).pluck('payload'))).not.toContain(
      'PRIVATE',
    );
  });

  it('is settled once, however many workers end its last runs together', async () => {
    const { id, bounty } = await entered();
    await finishRuns(t, id, [{ output: 'ham' }, { output: 'PRIVATE-ANSWER-1' }, { output: 'PRIVATE-ANSWER-2' }]);
    const results = await Promise.all(Array.from({ length: 8 }, () => settle(id)));
    expect(results.filter((result) => result === 'scored')).toHaveLength(1);
    expect(results.filter((result) => result === null)).toHaveLength(7);
    expect(await t.database('quality_metrics').where({ submission_id: id })).toHaveLength(1);
    expect(await t.database('events').where({ bounty_id: bounty.id, type: 'submission.scored' })).toHaveLength(1);
  });

  it('is settled by the second of two workers that each end one of the last two runs', async () => {
    const { id } = await entered({
      cases: [
        { visibility: 'private', input: 1, expected: 1 },
        { visibility: 'private', input: 2, expected: 2 },
      ],
    });
    const runs = await t.database('agent_executions').where({ submission_id: id }).pluck('id');
    const end = (run: string) =>
      t.database.transaction(async (trx) => {
        await trx('submissions').where({ id }).forNoKeyUpdate().first('id');
        await trx('agent_executions').where({ id: run }).update({ state: 'succeeded', output: '1' });
        return settleSubmission(t.context, trx, id);
      });
    expect(new Set(await Promise.all(runs.map(end)))).toEqual(new Set([null, 'scored']));
  });

  it('whose runs hit the limit scores 0 there and says so', async () => {
    const { id, read } = await entered();
    await finishRuns(t, id, [{ output: 'ham' }, { state: 'timed_out' }, { output: 'PRIVATE-ANSWER-2' }]);
    expect(await settle(id)).toBe('scored');
    expect((await read()).body.verdict).toMatchObject({
      score: 0.5,
      reasons: [expect.any(String), '1 private run hit the 30 s limit.'],
    });
  });

  it('with a run that broke on our side has no score, says whose fault it is, and may enter again', async () => {
    const { id, read, bounty, agent } = await entered();
    await finishRuns(t, id, [{ output: 'ham' }, { state: 'errored' }, { output: 'PRIVATE-ANSWER-2' }]);
    expect(await settle(id)).toBe('failed');
    expect((await read()).body).toMatchObject({
      state: 'failed',
      verdict: { score: null, passed: false, reasons: [expect.stringContaining('our side')] },
    });
    expect((await submit(bounty.id, agent.owner.key, agent.versionIds[0])).status).toBe(201);
  });

  it('is judged by what the worker verified, and not again', async () => {
    const { id, bounty } = await entered({ cases: [{ visibility: 'private', input: 1, expected: 1 }] });
    await finishRuns(t, id, [{ output: 'wrong' }]);
    const [run] = await t.database('agent_executions').where({ submission_id: id }).pluck('id');
    const [metric] = await t.database('bounty_metrics').where({ bounty_id: bounty.id }).pluck('id');
    const scores = [{ metricId: metric, kind: 'exact', score: 1, reason: 'equals' }];
    await t
      .database('output_verifications')
      .insert({ execution_id: run, submission_id: id, scores: JSON.stringify(scores) });
    await settle(id);
    expect(await t.database('submissions').where({ id }).first('score', 'passed')).toEqual({ score: 1, passed: true });
  });

  it('is withdrawn by its owner alone, leaves the board, and frees its version', async () => {
    const { id, bounty, agent } = await entered();
    await finishRuns(t, id, [{ output: 'ham' }, { output: 'PRIVATE-ANSWER-1' }, { output: 'PRIVATE-ANSWER-2' }]);
    await settle(id);
    const board = async () => (await call(api, 'GET', `/api/bounties/${bounty.code}/leaderboard`)).body.data;
    expect(await board()).toMatchObject([{ rank: 1, score: 1 }]);
    const withdraw = (key: string) => call(api, 'POST', `/api/submissions/${id}/withdraw`, { key });
    expect((await withdraw(bounty.poster.key)).status).toBe(404);
    expect((await withdraw(agent.owner.key)).body.state).toBe('withdrawn');
    expect((await withdraw(agent.owner.key)).status).toBe(200);
    expect(await board()).toEqual([]);
    expect((await submit(bounty.id, agent.owner.key, agent.versionIds[0])).status).toBe(201);
  });

  it('cannot be withdrawn once the bounty is decided', async () => {
    const { id, bounty, agent } = await entered();
    await t.database('bounties').where({ id: bounty.id }).update({ state: 'awarded' });
    const answer = await call(api, 'POST', `/api/submissions/${id}/withdraw`, { key: agent.owner.key });
    expect(answer).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
  });

  it('that is withdrawn while it runs is never scored', async () => {
    const { id, agent } = await entered();
    await call(api, 'POST', `/api/submissions/${id}/withdraw`, { key: agent.owner.key });
    await finishRuns(t, id, [{ output: 'ham' }]);
    expect(await settle(id)).toBeNull();
  });
});

describe('rejecting a submission', () => {
  it('takes it off the board with a reason for its owner, and restoring puts it back', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t);
    const { body } = await submit(bounty.id, agent.owner.key, agent.versionIds[0]);
    await finishRuns(t, body.id, [{ output: 'ham' }, { output: 'PRIVATE-ANSWER-1' }, { output: 'PRIVATE-ANSWER-2' }]);
    await settle(body.id);
    const decide = (verb: string, key: string, reason?: string) =>
      call(api, 'POST', `/api/submissions/${body.id}/${verb}`, { key, body: reason === undefined ? {} : { reason } });
    const board = async () => (await call(api, 'GET', `/api/bounties/${bounty.id}/leaderboard`)).body.data.length;
    const best = async () => (await call(api, 'GET', `/api/bounties/${bounty.id}`)).body.best;
    expect((await decide('reject', agent.owner.key, 'mine')).status).toBe(403);
    expect((await decide('reject', (await makeAccount(t)).key, 'x')).status).toBe(404);
    expect((await decide('reject', bounty.poster.key, ' ')).status).toBe(400);
    expect((await decide('reject', bounty.poster.key, 'It copies the samples')).status).toBe(200);
    expect([await board(), await best()]).toEqual([0, null]);
    const seen = (await call(api, 'GET', `/api/submissions/${body.id}`, { key: agent.owner.key })).body;
    expect(seen).toMatchObject({ state: 'scored', rejected: { reason: 'It copies the samples' } });
    expect((await decide('restore', bounty.poster.key)).body.rejected).toBeNull();
    expect([await board(), (await best()).agentCode]).toEqual([1, agent.code]);
    await t.database('bounties').where({ id: bounty.id }).update({ state: 'awarded' });
    expect((await decide('reject', bounty.poster.key, 'late')).status).toBe(409);
  });
});

describe('a list of submissions', () => {
  it('can be narrowed to one agent, and to one’s own', async () => {
    const bounty = await makeOpenBounty(t);
    const [one, two] = [await makeAgent(t, 'One'), await makeAgent(t, 'Two')];
    for (const agent of [one, two]) await submit(bounty.id, agent.owner.key, agent.versionIds[0]);
    const list = async (query: string) =>
      (await call(api, 'GET', `/api/bounties/${bounty.id}/submissions?${query}`, { key: bounty.poster.key })).body.data;
    const agentId = two.agentId;
    expect((await list(`agent=${agentId}`)).map((row: { agentCode: string }) => row.agentCode)).toEqual([two.code]);
    expect(await list('mine=true')).toEqual([]);
  });

  it('comes in pages that neither repeat nor skip one, even when all were made in one millisecond', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t, 'Paged', { versions: 7 });
    await t.database('submissions').insert(
      agent.versionIds.map((versionId, index) => ({
        bounty_id: bounty.id,
        agent_upload_id: agent.agentId,
        agent_version_id: versionId,
        account_id: agent.owner.id,
        state: 'scored',
        score: 0,
        created_at: t.database.raw(`'2026-01-01 00:00:00.0001Z'::timestamptz + ? * interval '1 microsecond'`, [
          Math.floor(index / 2),
        ]),
      })),
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/api/bounties/${bounty.id}/submissions?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const { body } = await call(api, 'GET', path, { key: agent.owner.key });
      seen.push(...body.data.map((row: { versionId: string }) => row.versionId));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(agent.versionIds.toSorted());
    const bad = await call(api, 'GET', `/api/bounties/${bounty.id}/submissions?cursor=WyJ4IiwieSJd`, {
      key: agent.owner.key,
    });
    expect(bad).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});
