import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, makeTeam } from '../../tests/support/factories.ts';
import { closeBounties } from './close-bounties.ts';
import { openMarket, type Market } from './market-fixture.ts';
import { openBounty } from './open-bounty.ts';
import { startFunding, stopFunding } from './start-funding.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

describe('a draft', () => {
  it('is there for its poster and the admins of its workspace only', async () => {
    const [poster, admin, member, stranger] = [
      await makeAccount(market.t),
      await makeAccount(market.t),
      await makeAccount(market.t),
      await makeAccount(market.t),
    ];
    const team = await makeTeam(market.t, { [poster.id]: 'poster', [admin.id]: 'admin', [member.id]: 'poster' });
    const { body } = await market.post(poster.key, { workspace: team.slug });
    expect((await market.read(body.code, poster.key)).status).toBe(200);
    expect((await market.read(body.id, admin.key)).status).toBe(200);
    for (const key of [member.key, stranger.key, null]) {
      expect((await market.read(body.id, key)).body).toMatchObject({
        code: 'not_found',
        detail: 'There is no bounty under that id or code. Check it and try again.',
      });
    }
    for (const path of ['cases', 'leaderboard', 'receipt']) {
      expect((await call(market.api, 'GET', `/api/bounties/${body.id}/${path}`)).status).toBe(404);
    }
    for (const path of ['cancel', 'refund', 'award', 'release-payment']) {
      const answer = await call(market.api, 'POST', `/api/bounties/${body.id}/${path}`, {
        key: stranger.key,
        body: path.startsWith('c') || path === 'refund' ? {} : { submissionId: body.id },
      });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await call(market.api, 'GET', `/api/bounties/${body.id}/submissions`, { key: stranger.key })).status).toBe(
      404,
    );
    const listed = (await call(market.api, 'GET', '/api/bounties?limit=100')).body.data;
    expect(listed.map((row: { id: string }) => row.id)).not.toContain(body.id);
    const mine = (await call(market.api, 'GET', '/api/bounties?mine=true', { key: poster.key })).body.data;
    expect(mine.map((row: { id: string }) => row.id)).toEqual([body.id]);
    const events = await market.t.database('events').where({ bounty_id: body.id }).pluck('audience');
    expect(events).toEqual(['account']);
  });

  it('is cancelled without any money moving', async () => {
    const { key } = await makeAccount(market.t);
    const { body } = await market.post(key);
    expect((await market.cancel(body.code, key)).body).toEqual({ state: 'cancelled', refundMinor: 0 });
    expect((await market.read(body.id, key)).body.state).toBe('cancelled');
    expect((await market.read(body.id)).status).toBe(404);
  });
});

describe('a bounty that is being paid for', () => {
  it('is still private, goes back to draft when the checkout ends, and is told to its poster alone', async () => {
    const [{ key, id: posterId }, stranger] = [await makeAccount(market.t), await makeAccount(market.t)];
    const { body } = await market.post(key);
    const { context, database } = market.t;
    const start = (accountId: string) =>
      database.transaction((trx) => startFunding(context, trx, body.code, accountId));
    await expect(start(stranger.id)).rejects.toMatchObject({ code: 'not_found' });
    await start(posterId);
    await start(posterId);
    expect((await market.read(body.id, key)).body.state).toBe('funding');
    expect((await market.read(body.id)).status).toBe(404);
    await database.transaction((trx) => stopFunding(context, trx, body.id));
    await database.transaction((trx) => stopFunding(context, trx, body.id));
    expect((await market.read(body.id, key)).body).toMatchObject({ state: 'draft', version: 3 });
    const events = await database('events').where({ bounty_id: body.id }).select('audience', 'account_id');
    expect(events).toEqual(events.map(() => ({ audience: 'account', account_id: posterId })));
    expect(events).toHaveLength(3);
  });
});

describe('an open bounty', () => {
  it('is public by id and by code in any spelling, and its private cases are not', async () => {
    const { id, code, poster } = await market.opened();
    for (const name of [id, code, code.toLowerCase(), code.replace('B-', 'b')])
      expect((await market.read(name)).body.id).toBe(id);
    const text = JSON.stringify([
      await market.read(id),
      await call(market.api, 'GET', `/api/bounties/${id}/cases`),
      await call(market.api, 'GET', '/api/bounties?limit=100'),
    ]);
    expect(text).not.toContain('PRIVATE');
    const cases = (await call(market.api, 'GET', `/api/bounties/${id}/cases`, { key: poster.key })).body.data;
    expect(cases.map((item: { input: string }) => item.input)).toEqual(['hello', 'PRIVATE-INPUT']);
    expect((await market.read(id)).body).toMatchObject({
      state: 'open',
      heldMinor: 50_000,
      feeMinor: 7_500,
      releasedMinor: 0,
      refundedMinor: 0,
      canManage: false,
    });
  });

  it('opens once when told twice, and not after it was cancelled', async () => {
    const { id, poster } = await market.opened();
    const open = () => market.t.database.transaction((trx) => openBounty(market.t.context, trx, id));
    expect(await open()).toBe('already_open');
    expect(
      await market.t.database('events').where({ bounty_id: id, type: 'bounty.changed', audience: 'public' }),
    ).toHaveLength(1);
    await market.cancel(id, poster.key);
    expect(await open()).toBe('too_late');
  });

  it('goes to review when its deadline has passed, once, whoever closes', async () => {
    const { id } = await market.opened();
    const { id: later } = await market.opened();
    await market.t
      .database('bounties')
      .where({ id })
      .update({ deadline: market.t.database.raw(`clock_timestamp() - interval '1 second'`) });
    const closed = await Promise.all([
      closeBounties(market.t.context),
      closeBounties(market.t.context),
      closeBounties(market.t.context),
    ]);
    expect(closed.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await market.read(id)).body.state).toBe('reviewing');
    expect((await market.read(later)).body.state).toBe('open');
  });

  it('shows its best agent and how many entered', async () => {
    const bounty = await market.opened();
    const { agent } = await market.entered(bounty, true, 'Best');
    await market.entered(bounty, false, 'Worse');
    expect((await market.read(bounty.id)).body).toMatchObject({
      submissionCount: 2,
      best: { agent: 'Best', agentCode: agent.code, score: 1 },
    });
  });
});

describe('the list of bounties', () => {
  it('filters by state, workspace and words, and treats % and _ as letters', async () => {
    const poster = await makeAccount(market.t);
    const team = await makeTeam(market.t, { [poster.id]: 'owner' });
    const make = async (title: string) => {
      const { body } = await market.post(poster.key, { title, workspace: team.slug });
      await market.fund(body.id);
      return body.code as string;
    };
    const [percent, plain] = [await make('Get 100% right'), await make('Get 100 right')];
    const codes = async (query: string) =>
      (await call(market.api, 'GET', `/api/bounties?workspace=${team.slug}&${query}`)).body.data.map(
        (row: { code: string }) => row.code,
      );
    expect(await codes('')).toEqual([plain, percent]);
    expect(await codes(`q=${encodeURIComponent('100%')}`)).toEqual([percent]);
    expect(await codes(`q=${plain.toLowerCase()}`)).toEqual([plain]);
    await market.cancel(plain, poster.key);
    expect(await codes('state=open')).toEqual([percent]);
    expect(await codes('state=cancelled')).toEqual([plain]);
    expect((await call(market.api, 'GET', '/api/bounties?state=paid')).status).toBe(400);
    expect((await call(market.api, 'GET', '/api/bounties?mine=true')).status).toBe(401);
  });

  it.each(['newest', 'ending', 'reward'])(
    'sorted by %s comes in pages that neither repeat nor skip a row',
    async (sort) => {
      const poster = await makeAccount(market.t);
      const team = await makeTeam(market.t, { [poster.id]: 'owner' });
      const ids: string[] = [];
      for (let index = 0; index < 7; index += 1) {
        const { body } = await market.post(poster.key, {
          workspace: team.slug,
          rewardMinor: 1_000 + Math.floor(index / 2),
        });
        ids.push(body.id);
      }
      await market.t
        .database('bounties')
        .whereIn('id', ids)
        .update({
          opened_at: market.t.database.fn.now(),
          state: 'open',
          deadline: market.t.database.raw(`date_trunc('second', deadline) + interval '3 microseconds'`),
          created_at: market.t.database.raw(
            `'2026-01-01T00:00:00.000001Z'::timestamptz + (reward_minor % 3) * interval '1 microsecond'`,
          ),
        });
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: { body: { data: { id: string }[]; nextCursor: string | null } } = await call(
          market.api,
          'GET',
          `/api/bounties?workspace=${team.slug}&sort=${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...body.data.map((row) => row.id));
        cursor = body.nextCursor;
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
    },
  );

  it('refuses a cursor that is not its own', async () => {
    const bad = Buffer.from(
      JSON.stringify(['2026-99-99T00:00:00.000000Z', '00000000-0000-0000-0000-000000000000']),
    ).toString('base64url');
    expect(await call(market.api, 'GET', `/api/bounties?cursor=${bad}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
    expect((await call(market.api, 'GET', '/api/bounties?cursor=zzz')).status).toBe(400);
    const { code } = await market.opened();
    const far = Buffer.from('["9999999999999999"]').toString('base64url');
    expect((await call(market.api, 'GET', `/api/bounties/${code}/cases?cursor=${far}`)).status).toBe(400);
    for (const query of ['q=%00', 'workspace=%00', 'workspace=a%20b']) {
      expect((await call(market.api, 'GET', `/api/bounties?${query}`)).status).toBe(400);
    }
  });
});
