import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../tests/support/factories.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import { openPlans, type Plans } from './plans-fixture.ts';
import { tellOfPastDue } from './tell-of-past-due.ts';

let p: Plans;
beforeAll(async () => {
  p = await openPlans();
});
afterAll(() => p.close());

type Team = Awaited<ReturnType<Plans['subscribed']>>;

const post = (team: Team, rewardMinor = 500_000) =>
  p.post('/api/bounties', team.poster.key, bountyRequest({ rewardMinor, workspace: team.slug }));

/** What the owner was told of a missing payment, in order. */
const toldTo = async (account: { id: string }): Promise<string[]> =>
  (
    await p.t
      .database('events')
      .where({ type: 'plan.payment_missing', account_id: account.id })
      .orderBy('seq')
      .select('payload')
  ).map(({ payload }) => payload.stage);

describe('a payment that fails', () => {
  it('leaves the plan for seven days, and says until when', async () => {
    const team = await p.subscribed();
    await p.renew(team.subscription, { card: '0341', daysAgo: 6 });
    const plan = await p.planOf(team);
    expect(plan).toMatchObject({ plan: 'pro', subscription: { status: 'past_due' } });
    const left = Date.parse(plan.subscription.graceEndsAt) - Date.now();
    expect(left / 86_400_000).toBeGreaterThan(0.99);
    expect(left / 86_400_000).toBeLessThan(1.01);
    expect((await post(team)).status).toBe(201);
  });

  it('for longer than that puts the workspace on Free, and touches no bounty that is funded', async () => {
    const team = await p.subscribed();
    const { body: draft } = await post(team);
    const { body: open } = await post(team);
    const { body: page } = await p.post(`/api/bounties/${open.id}/fund`, team.poster.key);
    await p.visit(page.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    await p.renew(team.subscription, { card: '0341', daysAgo: 8 });
    expect(await p.planOf(team)).toMatchObject({ plan: 'free', subscription: { status: 'past_due' } });
    expect(await post(team)).toMatchObject({ status: 402, body: { code: 'plan_limit' } });
    expect((await p.post(`/api/bounties/${draft.id}/fund`, team.poster.key)).status).toBe(402);
    expect(await p.read({ id: open.id, poster: team.poster })).toMatchObject({ state: 'open', heldMinor: 500_000 });
    expect((await post(team, 5_000)).status).toBe(201);
  });

  it('is over at once when it is paid, whichever way', async () => {
    for (const how of ['page', 'retry'] as const) {
      const team = await p.subscribed();
      await p.renew(team.subscription, { card: '0341', daysAgo: 30 });
      expect((await p.planOf(team)).plan).toBe('free');
      const { data } = await p.get(`${team.path}/invoices`, team.owner.key);
      const open = data.find((invoice: JsonValue) => invoice.status === 'open');
      expect(open).toMatchObject({ totalMinor: 4900, paidMinor: 0 });
      if (how === 'page') await p.visit(open.pageUrl, { outcome: 'paid' });
      else {
        const [customer] = p.objects('customers').filter(({ metadata }) => metadata.workspace_id === team.id);
        p.stripe.control.setCard(customer.id, '4242');
        p.stripe.control.retryInvoice(open.id);
      }
      await p.settle();
      expect(await p.planOf(team)).toMatchObject({
        plan: 'pro',
        subscription: { status: 'active', graceEndsAt: null },
      });
      expect((await post(team)).status).toBe(201);
    }
  });

  it('starts no new grace when a second one fails', async () => {
    const team = await p.subscribed();
    await p.renew(team.subscription, { card: '0341', daysAgo: 20 });
    await p.renew(team.subscription, { daysAgo: 1 });
    expect((await p.planOf(team)).plan).toBe('free');
    expect(p.invoicesOf(team.subscription).filter(({ status }) => status === 'open')).toHaveLength(2);
  });

  it('that Stripe gives up on ends the subscription', async () => {
    const team = await p.subscribed();
    await p.renew(team.subscription, { card: '0341' });
    p.stripe.control.giveUpSubscription(team.subscription);
    await p.settle();
    expect(await p.planOf(team)).toMatchObject({ plan: 'free', subscription: null });
    const { body } = await p.post(team.path, team.owner.key);
    expect(body.checkoutUrl).toBeTruthy();
  });

  it('lets nothing be changed before it is paid', async () => {
    const team = await p.subscribed();
    await p.renew(team.subscription, { card: '0341' });
    const refused = await p.post(team.path, team.owner.key, { addons: ['priority_executions'], dryRun: true });
    expect(refused).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    expect(refused.body.detail).toContain('Pay its invoice first');
  });
});

describe('the owners and admins of a workspace', () => {
  it.each([
    [0, 'start'],
    [4, 'middle'],
    [6, 'end'],
    [7, 'over'],
  ])('are told once of a payment that is missing for %i days: %s', async (daysAgo, stage) => {
    const team = await p.subscribed();
    await p.renew(team.subscription, { card: '0341', daysAgo });
    await Promise.all([tellOfPastDue(p.t.context), tellOfPastDue(p.t.context), tellOfPastDue(p.t.context)]);
    await tellOfPastDue(p.t.context);
    expect(await toldTo(team.owner)).toEqual([stage]);
    expect(await toldTo(team.admin)).toEqual([stage]);
    expect(await toldTo(team.poster)).toEqual([]);
  });

  it('are told of each stage as it comes, until it is paid', async () => {
    const team = await p.subscribed();
    await p.renew(team.subscription, { card: '0341' });
    await tellOfPastDue(p.t.context);
    const days = (count: number) => p.t.database.raw(`clock_timestamp() - ? * interval '1 day'`, [count]);
    const late = p.t.database('subscriptions').where({ id: team.subscription });
    await late.clone().update({ past_due_since: days(3.6) });
    await tellOfPastDue(p.t.context);
    await late.clone().update({ past_due_since: days(6.5) });
    await tellOfPastDue(p.t.context);
    expect(await toldTo(team.owner)).toEqual(['start', 'middle', 'end']);
    const [invoice] = p.invoicesOf(team.subscription).filter(({ status }) => status === 'open');
    await p.visit(invoice.hosted_invoice_url, { outcome: 'paid' });
    await p.settle();
    await tellOfPastDue(p.t.context);
    expect(await toldTo(team.owner)).toHaveLength(3);
  });
});
