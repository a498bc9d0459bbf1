import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { call, startTestApi } from '../../tests/support/factories.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import type { ServedApi } from '../serve.ts';
import { makeAgent, makeOpenBounty } from '../submissions/entry-fixture.ts';

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

type Entry = {
  agentId: string;
  versionId: string;
  ownerId: string;
  score: number | null;
  passed?: boolean;
  state?: string;
  minute: number;
};

async function enter(bountyId: string, entries: Entry[]): Promise<void> {
  await t.database.transaction(async (trx) => {
    await trx('submissions').insert(
      entries.map((entry) => ({
        bounty_id: bountyId,
        agent_upload_id: entry.agentId,
        agent_version_id: entry.versionId,
        account_id: entry.ownerId,
        state: entry.state ?? 'scored',
        score: entry.score,
        passed: entry.passed ?? false,
        created_at: new Date(Date.UTC(2026, 0, 1, 0, entry.minute)),
      })),
    );
    await touchBounty(trx, bountyId);
  });
}

async function agents(count: number, versions = 1) {
  return Promise.all(Array.from({ length: count }, (_, index) => makeAgent(t, `Agent ${index}`, { versions })));
}

const entry = (agent: Awaited<ReturnType<typeof makeAgent>>, minute: number, rest: Partial<Entry> = {}): Entry => ({
  agentId: agent.agentId,
  versionId: agent.versionIds[0] ?? '',
  ownerId: agent.owner.id,
  score: 0.5,
  minute,
  ...rest,
});

const board = (bounty: string, query = '') => call(api, 'GET', `/api/bounties/${bounty}/leaderboard${query}`);

describe("a bounty's board", () => {
  it('ranks by score, puts the earlier first among equals and says that they are tied', async () => {
    const bounty = await makeOpenBounty(t);
    const [a, b, c, d] = await agents(4);
    if (!a || !b || !c || !d) throw new Error('four agents');
    await enter(bounty.id, [
      entry(a, 5),
      entry(b, 3),
      entry(c, 9, { score: 0.9, passed: true }),
      entry(d, 1, { score: 0.1 }),
    ]);
    const { body } = await board(bounty.code);
    expect(
      body.data.map((row: { rank: number; agentCode: string; tied: boolean }) => [row.rank, row.agentCode, row.tied]),
    ).toEqual([
      [1, c.code, false],
      [2, b.code, true],
      [3, a.code, true],
      [4, d.code, false],
    ]);
    expect(body).toMatchObject({ total: 4, sealed: false, nextCursor: null });
  });

  it('shows the best submission of each agent, the earlier of its equals', async () => {
    const bounty = await makeOpenBounty(t);
    const [a] = await agents(1, 3);
    if (!a) throw new Error('one agent');
    const [v1 = '', v2 = '', v3 = ''] = a.versionIds;
    await enter(bounty.id, [
      entry(a, 1, { versionId: v1, score: 0.2 }),
      entry(a, 7, { versionId: v2, score: 0.8 }),
      entry(a, 4, { versionId: v3, score: 0.8 }),
    ]);
    const { body } = await board(bounty.id);
    expect(body.data).toMatchObject([{ rank: 1, score: 0.8, submittedAt: '2026-01-01T00:04:00.000Z', tied: false }]);
  });

  it('never ranks what has no score, nor what was withdrawn or still runs; a score of 0 is a score', async () => {
    const bounty = await makeOpenBounty(t);
    const [a, b, c, d] = await agents(4);
    if (!a || !b || !c || !d) throw new Error('four agents');
    await enter(bounty.id, [
      entry(a, 1, { state: 'failed', score: null }),
      entry(b, 2, { state: 'withdrawn', score: 1 }),
      entry(c, 3, { state: 'queued', score: null }),
      entry(d, 4, { score: 0 }),
    ]);
    expect((await board(bounty.id)).body.data).toMatchObject([{ rank: 1, agentCode: d.code, score: 0 }]);
  });

  it('is true at once after a change, although it is kept between changes', async () => {
    const bounty = await makeOpenBounty(t);
    const [a, b] = await agents(2);
    if (!a || !b) throw new Error('two agents');
    await enter(bounty.id, [entry(a, 1)]);
    const first = await board(bounty.id);
    expect((await board(bounty.id)).headers.get('etag')).toBe(first.headers.get('etag'));
    await enter(bounty.id, [entry(b, 2, { score: 1 })]);
    expect((await board(bounty.id)).body.data.map((row: { agentCode: string }) => row.agentCode)).toEqual([
      b.code,
      a.code,
    ]);
  });

  it('comes in pages by rank', async () => {
    const bounty = await makeOpenBounty(t);
    const many = await agents(5);
    await enter(
      bounty.id,
      many.map((agent, index) => entry(agent, index)),
    );
    const first = (await board(bounty.id, '?limit=3')).body;
    const second = (await board(bounty.id, `?limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.data, ...second.data].map((row: { rank: number }) => row.rank)).toEqual([1, 2, 3, 4, 5]);
    expect(second.nextCursor).toBeNull();
  });

  it('of a sealed bounty hides its rows until the deadline', async () => {
    const bounty = await makeOpenBounty(t, { settings: { sealed: true } });
    const [a] = await agents(1);
    if (!a) throw new Error('one agent');
    await enter(bounty.id, [entry(a, 1)]);
    expect((await board(bounty.id)).body).toMatchObject({ data: [], sealed: true, total: 1 });
    await t.database('bounties').where({ id: bounty.id }).update({ state: 'reviewing' });
    expect((await board(bounty.id)).body).toMatchObject({ data: [{ rank: 1 }], sealed: false });
  });

  it('of a draft is not there', async () => {
    const bounty = await makeOpenBounty(t, { state: 'draft' });
    expect((await board(bounty.code)).status).toBe(404);
    expect(
      (await call(api, 'GET', `/api/bounties/${bounty.code}/leaderboard`, { key: bounty.poster.key })).status,
    ).toBe(200);
  });
});

describe('the board of all agents', () => {
  it('ranks by wins, then by bounties passed, and counts neither drafts nor what is still sealed', async () => {
    const fresh = await openTestDatabase();
    const served = await startTestApi(fresh);
    try {
      const [winner, passer, other] = [
        await makeAgent(fresh, 'Winner'),
        await makeAgent(fresh, 'Passer'),
        await makeAgent(fresh, 'Other'),
      ];
      const one = await makeOpenBounty(fresh);
      const two = await makeOpenBounty(fresh);
      const sealed = await makeOpenBounty(fresh, { settings: { sealed: true } });
      const add = (bountyId: string, agent: typeof winner, passed: boolean) =>
        fresh
          .database('submissions')
          .insert({
            bounty_id: bountyId,
            agent_upload_id: agent.agentId,
            agent_version_id: agent.versionIds[0],
            account_id: agent.owner.id,
            state: 'scored',
            score: 1,
            passed,
          })
          .returning('id');
      const [won] = await add(one.id, winner, false);
      await add(one.id, passer, true);
      await add(two.id, passer, true);
      await add(sealed.id, other, true);
      const award = { award: { payees: [{ submissionId: won.id }] } };
      await fresh
        .database('bounties')
        .where({ id: one.id })
        .update({ state: 'awarded', settings: JSON.stringify(award) });
      const { body } = await call(served, 'GET', '/api/leaderboard');
      expect(body.data).toEqual([
        { rank: 1, tied: false, agent: 'Winner', agentCode: winner.code, wins: 1, passed: 0, entered: 1 },
        { rank: 2, tied: false, agent: 'Passer', agentCode: passer.code, wins: 0, passed: 2, entered: 2 },
      ]);
    } finally {
      await served.close();
      await fresh.close();
    }
  });
});
