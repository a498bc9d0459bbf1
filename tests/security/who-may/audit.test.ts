import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../api/app.ts';
import type { JsonValue } from '../../support/factories.ts';
import { call } from '../../support/factories.ts';
import { lines } from './lines.ts';
import { send } from './send.ts';
import { openWorld, roles, type Role, type World } from './world.ts';

// Who moved what, and why: every route that moves money leaves one row of the audit log, and so does whoever may not use it.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const log = () => world.p.t.database('security_audit_log');
const newest = async (): Promise<bigint> => (await log().max('id as id').first())?.['id'] ?? 0n;
const after = (id: bigint): Promise<JsonValue[]> => log().where('id', '>', String(id)).orderBy('id').select('*');
const idOf = (role: Role) => (role === 'nobody' || role === 'site' || role === 'bot' ? null : world.people[role].id);

const moving = routes
  .filter(({ method, limit }) => limit === 'money' && method !== 'GET')
  .map(({ method, path }) => `${method} ${path}`);

describe('a request that moves money', () => {
  it.each(moving)('%s leaves one row: who, through what, what, and why', async (name) => {
    const line = lines[name];
    const role = roles.find((one) => (line?.answers[one] ?? 500) < 300);
    if (line === undefined || role === undefined) throw new Error(`Nobody may use ${name}`);
    const ask = await line.ask(world);
    const before = await newest();
    const answer = await send(world, name, { ask, role });
    expect(answer.status).toBe(line.answers[role]);
    // What follows for others, or by a rule, has rows of its own.
    const rows = (await after(before)).filter(({ account_id: account }) => account === idOf(role));
    const isDry = (ask.body as { dryRun?: boolean } | undefined)?.dryRun === true;
    expect(rows.map(({ account_id: account }) => account)).toEqual(isDry ? [] : [idOf(role)]);
    const [row] = rows;
    if (row === undefined) return;
    expect(row).toMatchObject({
      surface: 'api',
      request_id: expect.any(String),
      action: expect.stringMatching(/^\w+\.\w+$/),
    });
    expect(Object.keys(row.details).length).toBeGreaterThan(0);
  });

  it.each(moving)('%s that is refused to somebody leaves a denial for each who is signed in', async (name) => {
    const line = lines[name];
    if (line === undefined) throw new Error(`${name} has no line`);
    const refused = roles.filter((role) => line.answers[role] === 403 || line.answers[role] === 404);
    const denied = refused.filter((role) => idOf(role) !== null);
    const ask = refused.length > 0 ? await line.ask(world) : {};
    const before = await newest();
    for (const role of refused) await send(world, name, { ask, role });
    const rows = await after(before);
    expect(rows.map(({ account_id: account }) => account)).toEqual(denied.map(idOf));
    for (const row of rows)
      expect(row).toMatchObject({
        action: 'request.denied',
        surface: 'api',
        details: { route: name, params: ask.params ?? {} },
      });
  });
});

describe('what the rows say', () => {
  // What was asked for above, to be refused, left it.
  beforeAll(() => world.p.t.database('ledger.settlement_stop').delete());

  it('an award by an admin of the workspace: for whom, to whom, how much, and why', async () => {
    const { bountyId, submissionId } = await world.scored();
    const before = await newest();
    await world.p.post(`/api/bounties/${bountyId}/award`, world.people.admin.key, { submissionId });
    const [row] = await after(before);
    expect(row).toMatchObject({
      account_id: world.people.admin.id,
      action: 'bounty.awarded',
      subject: bountyId,
      workspace_id: world.team.id,
      details: {
        rewardMinor: 10_000,
        feeMinor: 1_500,
        refundMinor: 0,
        currency: 'USD',
        onBehalfOf: world.people.poster.id,
        payees: [{ accountId: world.people.competitor.id, submissionId, amountMinor: 10_000 }],
        why: expect.stringMatching(/\.$/),
      },
    });
  });

  it('a cancellation and its refund, and the payment before it', async () => {
    const before = await newest();
    const bounty = await world.funded();
    await world.p.post(`/api/bounties/${bounty.id}/cancel`, world.people.poster.key);
    await world.p.post(`/api/bounties/${bounty.id}/cancel`, world.people.poster.key);
    const rows = await after(before);
    expect(rows.map(({ action, surface }) => [action, surface])).toEqual([
      ['bounty.checkout_opened', 'api'],
      ['bounty.funded', null],
      ['bounty.cancelled', 'api'],
    ]);
    expect(rows[1].details).toMatchObject({
      totalMinor: 11_500,
      currency: 'USD',
      why: expect.stringContaining('Stripe'),
    });
    expect(rows[2].details).toMatchObject({ refundMinor: 11_500, currency: 'USD' });
  });

  it('who read a workspace’s statement, and the evidence of a chargeback', async () => {
    const dispute = await world.disputed();
    const before = await newest();
    await call(world.p.api, 'GET', `/api/workspaces/${world.team.slug}/statement`, { key: world.people.owner.key });
    await call(world.p.api, 'GET', `/api/admin/chargebacks/${dispute}/evidence`, {
      key: world.people.platformAdmin.key,
    });
    expect((await after(before)).map(({ action, account_id: account }) => [action, account])).toEqual([
      ['statement.read', world.people.owner.id],
      ['chargeback.evidence_read', world.people.platformAdmin.id],
    ]);
  });

  it('cannot be changed, taken out, or emptied', async () => {
    await expect(log().update({ action: 'nothing' })).rejects.toThrow('never changed');
    await expect(log().delete()).rejects.toThrow('never changed');
    await expect(world.p.t.database.raw('truncate security_audit_log')).rejects.toThrow('never changed');
  });
});

describe('reading the log', () => {
  const read = (path: string, role: 'owner' | 'platformAdmin', query = '') =>
    call(world.p.api, 'GET', `${path}${query}`, { key: world.people[role].key });

  it('page by page has every row once, the newest first', async () => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const { body }: JsonValue = await read(
        '/api/admin/audit',
        'platformAdmin',
        `?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      ids.push(...body.data.map(({ id }: JsonValue) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual((await log().orderBy('id', 'desc').pluck('id')).map(String));
  });

  it('of a workspace has its own rows alone, and finds one bounty', async () => {
    const bounty = await world.funded();
    const { body } = await read(`/api/workspaces/${world.team.id}/audit`, 'owner', `?subject=${bounty.id}`);
    expect(body.data.map(({ action }: JsonValue) => action)).toEqual(['bounty.funded', 'bounty.checkout_opened']);
    expect(body.data[1]).toMatchObject({
      account: { id: world.people.poster.id, name: 'Poster' },
      surface: 'api',
      workspace: world.team.slug,
    });
    const all = await read(`/api/workspaces/${world.team.slug}/audit`, 'owner', '?limit=100');
    expect(new Set(all.body.data.map(({ workspace }: JsonValue) => workspace))).toEqual(new Set([world.team.slug]));
    expect((await read('/api/admin/audit', 'platformAdmin', '?cursor=WyJ4Il0')).status).toBe(400);
  });
});
