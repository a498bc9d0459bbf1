import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import type { ServedApi } from '../serve.ts';
import { makeAgent, makeOpenBounty } from './entry-fixture.ts';

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

describe('entering a bounty', () => {
  it('queues one run for every case, public and private, and tells live readers', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t);
    const answer = await submit(bounty.code.toLowerCase(), agent.owner.key, agent.versionIds[0]);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      state: 'queued',
      bountyCode: bounty.code,
      agentCode: agent.code,
      progress: { done: 0, total: 3 },
      verdict: null,
    });
    const runs = await t.database('agent_executions').where({ submission_id: answer.body.id });
    expect(new Set(runs.map((run) => run.case_id))).toEqual(new Set(bounty.caseIds));
    expect(runs).toHaveLength(3);
    expect(new Set(runs.map((run) => run.class))).toEqual(new Set(['competition']));
    const events = await t.database('events').where({ bounty_id: bounty.id }).orderBy('seq').select('type', 'audience');
    expect(events).toEqual([
      { type: 'submission.changed', audience: 'account' },
      { type: 'bounty.changed', audience: 'public' },
    ]);
  });

  it('is refused without a key, with a version that is not there, and with one of somebody else', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t);
    const stranger = await makeAccount(t);
    expect((await submit(bounty.id, null, agent.versionIds[0])).status).toBe(401);
    expect((await submit(bounty.id, stranger.key, agent.versionIds[0])).status).toBe(404);
    expect((await submit(bounty.id, stranger.key, bounty.id)).status).toBe(404);
    expect((await submit(bounty.id, stranger.key, undefined)).status).toBe(400);
  });

  it('is refused to the poster, whose reward it is', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t, 'Own', { owner: bounty.poster });
    const answer = await submit(bounty.id, bounty.poster.key, agent.versionIds[0]);
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining('your own agents') },
    });
  });

  it('ends with the deadline by the clock of the database, whatever this process believes', async () => {
    const bounty = await makeOpenBounty(t, { deadlineMs: -1 });
    const agent = await makeAgent(t);
    t.clock.set(Date.now() - 86_400_000);
    const answer = await call(api, 'POST', `/api/bounties/${bounty.id}/submissions`, {
      key: agent.owner.key,
      body: { versionId: agent.versionIds[0] },
    });
    t.clock.set(Date.now());
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'illegal_state', detail: expect.stringContaining('deadline') },
    });
  });

  it('of another state says which, and a foreign draft is not there', async () => {
    const agent = await makeAgent(t);
    for (const [state, status] of [
      ['draft', 404],
      ['funding', 404],
      ['reviewing', 409],
      ['awarded', 409],
      ['cancelled', 409],
    ] as const) {
      const bounty = await makeOpenBounty(t, { state });
      expect([state, (await submit(bounty.id, agent.owner.key, agent.versionIds[0])).status]).toEqual([state, status]);
    }
  });

  it('twice with the same version answers 409 with the first submission', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => submit(bounty.id, agent.owner.key, agent.versionIds[0])),
    );
    const made = answers.filter((answer) => answer.status === 201);
    expect(made).toHaveLength(1);
    for (const answer of answers.filter((one) => one.status !== 201)) {
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'conflict', submission: { id: made[0]?.body.id, state: 'queued' } },
      });
    }
  });

  it('with a fourth version while three wait is refused and says so, also when all come at once', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t, 'Many', { versions: 6 });
    const answers = await Promise.all(
      agent.versionIds.map((versionId) => submit(bounty.id, agent.owner.key, versionId)),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(3);
    expect(answers.find((answer) => answer.status !== 201)).toMatchObject({
      status: 429,
      body: { detail: expect.stringMatching(/^3 of your submissions/) },
    });
  });

  it('is limited to sixty in a day, withdrawn ones counted', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t, 'Restless');
    const row = {
      bounty_id: bounty.id,
      agent_upload_id: agent.agentId,
      agent_version_id: agent.versionIds[0],
      account_id: agent.owner.id,
      state: 'withdrawn',
    };
    await t.database('submissions').insert(Array.from({ length: 60 }, () => row));
    expect(await submit(bounty.id, agent.owner.key, agent.versionIds[0])).toMatchObject({
      status: 429,
      body: { detail: expect.stringMatching(/^You entered and withdrew 60 times/) },
    });
  });

  it('is limited to twenty in a day, faults of ours not counted', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t, 'Eager', { versions: 22 });
    const rows = agent.versionIds.slice(0, 20).map((versionId, index) => ({
      bounty_id: bounty.id,
      agent_upload_id: agent.agentId,
      agent_version_id: versionId,
      account_id: agent.owner.id,
      state: index === 0 ? 'failed' : 'scored',
      scored_at: index === 0 ? null : t.database.fn.now(),
    }));
    await t.database('submissions').insert(rows);
    expect((await submit(bounty.id, agent.owner.key, agent.versionIds[20])).status).toBe(201);
    const refused = await submit(bounty.id, agent.owner.key, agent.versionIds[21]);
    expect(refused).toMatchObject({
      status: 429,
      body: { detail: expect.stringMatching(/20 times in 24 hours.*room again at 2/) },
    });
  });
});

describe('entering without an agent yet', () => {
  it('says what may be submitted, as often as asked, and is refused where submitting would be', async () => {
    const bounty = await makeOpenBounty(t);
    const agent = await makeAgent(t);
    const enter = (key: string, id = bounty.code) => call(api, 'POST', `/api/bounties/${id}/entries`, { key });
    expect(await enter(agent.owner.key)).toMatchObject({
      status: 201,
      body: { entered: true, quota: { perDay: 20, left: 20, concurrent: 3 } },
    });
    await submit(bounty.id, agent.owner.key, agent.versionIds[0]);
    expect((await enter(agent.owner.key)).body.quota.left).toBe(19);
    expect(await t.database('entries').where({ bounty_id: bounty.id })).toHaveLength(1);
    expect((await enter(bounty.poster.key)).status).toBe(403);
    const over = await makeOpenBounty(t, { deadlineMs: -1 });
    expect((await enter(agent.owner.key, over.code)).status).toBe(409);
  });
});
