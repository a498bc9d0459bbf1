import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { call, makeAccount, makeTeam, startTestApi } from '../../tests/support/factories.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import type { ServedApi } from '../serve.ts';
import { freeUnderMinor } from './catalogue.ts';

let t: TestDatabase;
let api: ServedApi;

beforeAll(async () => {
  t = await openTestDatabase({ DEFAULT_PLAN: 'free' });
  api = await startTestApi(t);
});

afterAll(async () => {
  await api.close();
  await t.close();
});

const get = (path: string, key: string | null = null) => call(api, 'GET', path, { key });
const post = (path: string, key: string | null, body: object = {}) => call(api, 'POST', path, { key, body });
const agree = (admin: { key: string }, slug: string, body: object) =>
  post(`/api/admin/workspaces/${slug}/plan`, admin.key, body);

async function team() {
  const owner = await makeAccount(t, 'Owner');
  const poster = await makeAccount(t, 'Poster');
  const { slug, id } = await makeTeam(t, { [owner.id]: 'owner', [poster.id]: 'poster' });
  return { owner, poster, slug, id };
}

describe('the plans', () => {
  it('are told to everybody, with prices in minor units and what Free allows in every currency of a reward', async () => {
    const { status, body } = await get('/api/plans');
    expect(status).toBe(200);
    expect(
      body.plans.map(({ id, monthlyMinor }: { id: string; monthlyMinor: number | null }) => [id, monthlyMinor]),
    ).toEqual([
      ['free', 0],
      ['pro', 4900],
      ['enterprise', null],
    ]);
    expect(body.addons.map(({ monthlyMinor }: { monthlyMinor: number }) => monthlyMinor)).toEqual([2900, 1900]);
    expect(body.freeUnder).toContainEqual({ currency: 'USD', amountMinor: 10000 });
    expect(body.freeUnder.map(({ currency }: { currency: string }) => currency).sort()).toEqual([
      'AUD',
      'CAD',
      'CHF',
      'DKK',
      'EUR',
      'GBP',
      'JPY',
      'KRW',
      'KWD',
      'NOK',
      'PLN',
      'SEK',
      'USD',
    ]);
    expect(body.graceDays).toBe(7);
  });

  it.each(Object.entries(freeUnderMinor))(
    'allow a reward under the limit on Free in %s, and not one of exactly the limit',
    async (currency, limitMinor) => {
      const { key } = await makeAccount(t);
      const under = await post('/api/bounties', key, bountyRequest({ rewardMinor: Number(limitMinor) - 1, currency }));
      expect(under.status).toBe(201);
      const at = await post('/api/bounties', key, bountyRequest({ rewardMinor: Number(limitMinor), currency }));
      expect(at).toMatchObject({ status: 402, body: { code: 'plan_limit', plan: 'free', neededPlan: 'pro' } });
      expect(at.body.detail).toMatch(
        /is on Free, which posts and funds rewards under .*Pro has no such limit \(49\.00 USD a month\).*\/bounty-setup plan/,
      );
    },
  );

  it('refuse before anything is written: no bounty, no workspace, no event', async () => {
    const { key } = await makeAccount(t, 'Nobody yet');
    const counts = () =>
      Promise.all(['bounties', 'bounty_cases', 'workspaces', 'events'].map((table) => t.database(table).count()));
    const before = await counts();
    expect((await post('/api/bounties', key, bountyRequest({ rewardMinor: 10_000 }))).status).toBe(402);
    expect(await counts()).toEqual(before);
  });

  it('refuse funding of a draft that the plan does not allow any more, and leave it a draft', async () => {
    const admin = await makeAccount(t, 'Admin', { isPlatformAdmin: true });
    const { owner, slug } = await team();
    await agree(admin, slug, { plan: 'pro', reason: 'a trial' });
    const { body } = await post('/api/bounties', owner.key, bountyRequest({ rewardMinor: 50_000, workspace: slug }));
    await agree(admin, slug, { plan: 'free', reason: 'the trial is over' });
    for (const dryRun of [true, false]) {
      const refused = await post(`/api/bounties/${body.id}/fund`, owner.key, { dryRun });
      expect(refused).toMatchObject({ status: 402, body: { code: 'plan_limit' } });
    }
    expect((await get(`/api/bounties/${body.id}`, owner.key)).body.state).toBe('draft');
    expect(await t.database('checkouts').where({ bounty_id: body.id }).count()).toEqual([{ count: 0n }]);
  });
});

describe('an agreement', () => {
  it('is made by an admin of the platform with a reason, and is in the audit log', async () => {
    const admin = await makeAccount(t, 'Admin', { isPlatformAdmin: true });
    const { owner, slug, id } = await team();
    const made = await agree(admin, slug, { plan: 'enterprise', reason: 'signed on 1 November' });
    expect(made).toMatchObject({ status: 200, body: { plan: 'enterprise' } });
    expect((await get(`/api/workspaces/${slug}/plan`, owner.key)).body).toMatchObject({
      plan: 'enterprise',
      source: 'agreement',
      addons: ['priority_executions', 'custom_integrations'],
      monthlyMinor: 0,
      subscription: null,
      canManage: true,
    });
    const row = await t.database('security_audit_log').where({ subject: id, action: 'plan.agreed' }).first();
    expect(row).toMatchObject({
      account_id: admin.id,
      details: { plan: 'enterprise', reason: 'signed on 1 November' },
    });
  });

  it('cannot be made by anybody else, or without a reason, or for a workspace that is not there', async () => {
    const admin = await makeAccount(t, 'Admin', { isPlatformAdmin: true });
    const { owner, slug, id } = await team();
    expect((await agree(owner, slug, { plan: 'enterprise', reason: 'please' })).status).toBe(403);
    expect((await post(`/api/admin/workspaces/${slug}/plan`, null, { plan: 'pro', reason: 'please' })).status).toBe(
      401,
    );
    expect((await agree(admin, slug, { plan: 'enterprise' })).status).toBe(400);
    expect((await agree(admin, slug, { plan: 'gold', reason: 'shiny' })).status).toBe(400);
    expect((await agree(admin, 'no-such-place', { plan: 'pro', reason: 'a gift' })).status).toBe(404);
    expect((await agree(admin, slug, { plan: 'free', reason: 'nothing to end' })).status).toBe(409);
    expect(await t.database('plan_grants').where({ workspace_id: id }).count()).toEqual([{ count: 0n }]);
  });
});

describe('the plan of a workspace', () => {
  it('is seen by every member with its use, and by nobody else', async () => {
    const { owner, poster, slug } = await team();
    const stranger = await makeAccount(t, 'Stranger');
    await post('/api/bounties', poster.key, bountyRequest({ rewardMinor: 5_000, workspace: slug }));
    expect((await get(`/api/workspaces/${slug}/plan`, poster.key)).body).toMatchObject({
      plan: 'free',
      source: 'none',
      addons: [],
      usage: { openBounties: 0, postedThisMonth: 1 },
      canManage: false,
    });
    expect((await get(`/api/workspaces/${slug}/plan`, owner.key)).body.canManage).toBe(true);
    expect((await get(`/api/workspaces/${slug}/plan`, stranger.key)).status).toBe(404);
    expect((await get('/api/workspaces/no-such-place/plan', owner.key)).status).toBe(404);
    expect((await get(`/api/workspaces/${slug}/plan`)).status).toBe(401);
  });
});

describe('an add-on', () => {
  const connector = (name: string) => ({
    name,
    baseUrl: 'https://crm.example.com',
    auth: 'bearer',
    secret: 'a-secret-of-the-crm',
    operations: [{ name: 'list', method: 'GET', path: '/v1/contacts' }],
  });

  it('of custom integrations lets members connect services; what is connected stays when it ends', async () => {
    const admin = await makeAccount(t, 'Admin', { isPlatformAdmin: true });
    const { owner, poster, slug } = await team();
    const refused = await post('/api/integrations', poster.key, connector('crm'));
    expect(refused).toMatchObject({ status: 402, body: { code: 'plan_limit', neededAddon: 'custom_integrations' } });
    expect(refused.body.detail).toContain('19.00 USD a month');
    await agree(admin, slug, { plan: 'pro', addons: ['custom_integrations'], reason: 'a trial' });
    expect((await post('/api/integrations', poster.key, connector('crm'))).status).toBe(201);
    await agree(admin, slug, { plan: 'free', reason: 'the trial is over' });
    expect((await post('/api/integrations', owner.key, connector('crm'))).status).toBe(402);
    expect((await get('/api/integrations', poster.key)).body.data).toHaveLength(1);
    const rotated = await post('/api/integrations/crm/rotate', poster.key, { secret: 'another-secret' });
    expect(rotated.status).toBe(200);
  });

  it('of priority executions puts the tests of members before those of others; Pro alone does not', async () => {
    const admin = await makeAccount(t, 'Admin', { isPlatformAdmin: true });
    const { owner, slug } = await team();
    const agent = await post('/api/agent-uploads', owner.key, {
      name: 'Echo',
      kind: 'full_code',
      language: 'js',
      source: 'export default (input) => input',
    });
    const priorityOfTest = async () => {
      const { body } = await post(`/api/agent-uploads/${agent.body.id}/test`, owner.key, { input: 1 });
      return (await t.database('agent_executions').where({ id: body.executionId }).first('priority')).priority;
    };
    expect(await priorityOfTest()).toBe(0);
    await agree(admin, slug, { plan: 'pro', reason: 'a trial' });
    expect(await priorityOfTest()).toBe(0);
    await agree(admin, slug, { plan: 'pro', addons: ['priority_executions'], reason: 'a trial' });
    expect(await priorityOfTest()).toBe(10);
  });
});
