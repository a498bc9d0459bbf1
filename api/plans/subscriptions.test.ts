import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAccount } from '../../tests/support/factories.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import { accountBalance } from '../ledger/find-balances.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import { openPlans, type Plans } from './plans-fixture.ts';

let p: Plans;
beforeAll(async () => {
  p = await openPlans();
});
afterAll(() => p.close());

const stripePosts = (path: string) =>
  p.stripe.control.requests().filter((request) => request.method === 'POST' && request.path === path);

describe('subscribing', () => {
  it('shows the exact figures, then a page; paid, the workspace is on Pro and posts any reward', async () => {
    const team = await p.team();
    const asked = { addons: ['priority_executions'] };
    const preview = await p.post(team.path, team.owner.key, { ...asked, dryRun: true });
    expect(preview).toMatchObject({
      status: 200,
      body: { kind: 'checkout', done: false, dueMinor: 7800, creditMinor: 0, monthlyMinor: 7800, checkoutUrl: null },
    });
    const chosen = await p.post(team.path, team.owner.key, asked);
    expect(chosen.body).toMatchObject({ kind: 'checkout', done: false, dueMinor: 7800 });
    expect((await p.planOf(team)).plan).toBe('free');
    await p.visit(chosen.body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    expect(await p.planOf(team)).toMatchObject({
      plan: 'pro',
      source: 'subscription',
      addons: ['priority_executions'],
      monthlyMinor: 7800,
      currency: 'USD',
      subscription: { status: 'active', cancelsAt: null, graceEndsAt: null },
    });
    const bounty = bountyRequest({ rewardMinor: 1_000_000, workspace: team.slug });
    expect((await p.post('/api/bounties', team.poster.key, bounty)).status).toBe(201);
  });

  it('opens one page however often it is asked, and closes it when something else is chosen', async () => {
    const team = await p.team();
    const first = await p.post(team.path, team.owner.key, { addons: [] });
    const again = await p.post(team.path, team.admin.key, { addons: [] });
    expect(again.body.checkoutUrl).toBe(first.body.checkoutUrl);
    const other = await p.post(team.path, team.owner.key, { addons: ['custom_integrations'] });
    expect(other.body.checkoutUrl).not.toBe(first.body.checkoutUrl);
    const late = await p.visit(first.body.checkoutUrl, { outcome: 'paid' });
    expect(late.status).toBeGreaterThanOrEqual(400);
    await p.visit(other.body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    expect(await p.planOf(team)).toMatchObject({ plan: 'pro', addons: ['custom_integrations'] });
    expect(await p.t.database('subscriptions').where({ workspace_id: team.id })).toHaveLength(1);
  });

  it('makes one session at Stripe when the first answer is lost, and one customer', async () => {
    const team = await p.team();
    p.stripe.control.setFaults({ loseAnswers: { next: 3, how: 'truncated', match: 'POST /v1/checkout/sessions' } });
    expect((await p.post(team.path, team.owner.key)).status).toBe(502);
    p.stripe.control.setFaults({ loseAnswers: null });
    const { body } = await p.post(team.path, team.owner.key);
    const mine = p.objects('sessions').filter((session) => session.client_reference_id === team.id);
    expect(mine.map(({ url }) => url)).toEqual([body.checkoutUrl]);
    expect(p.objects('customers').filter(({ metadata }) => metadata.workspace_id === team.id)).toHaveLength(1);
  });

  it('is for owners and admins; a member is told so, and a stranger learns nothing', async () => {
    const team = await p.team();
    const stranger = await makeAccount(p.t, 'Stranger');
    for (const path of [team.path, `${team.path}/cancel`, `${team.path}/keep`, `${team.path}/card`]) {
      expect((await p.post(path, team.poster.key)).status).toBe(403);
      expect((await p.post(path, team.developer.key)).status).toBe(403);
      expect((await p.post(path, stranger.key)).status).toBe(404);
    }
    expect(await p.get(`${team.path}/invoices`, team.poster.key)).toMatchObject({ status: 403 });
    expect(await p.t.database('plan_checkouts').where({ workspace_id: team.id })).toEqual([]);
  });

  it('refuses add-ons that are not there or named twice, and a body with more', async () => {
    const { path, owner } = await p.team();
    for (const body of [
      { addons: ['gold'] },
      { addons: ['priority_executions', 'priority_executions'] },
      { plan: 'x' },
    ])
      expect((await p.post(path, owner.key, body)).status).toBe(400);
  });

  it('leaves one line for each act in the audit log: who, what, and the figures', async () => {
    const team = await p.subscribed();
    await p.post(`${team.path}/cancel`, team.admin.key);
    await p.post(`${team.path}/keep`, team.owner.key);
    const rows = await p.t.database('security_audit_log').where({ subject: team.id }).orderBy('id').select('*');
    expect(rows.map(({ action, account_id: by }) => [action, by])).toEqual([
      ['plan.subscription_started', team.owner.id],
      ['plan.cancelled', team.admin.id],
      ['plan.kept', team.owner.id],
    ]);
    expect(rows[0].details).toMatchObject({ plan: 'pro', dueMinor: 4900, currency: 'USD' });
  });
});

describe('a change of add-ons', () => {
  it('is previewed by Stripe to the unit, and charged exactly that', async () => {
    const team = await p.subscribed();
    const asked = { addons: ['priority_executions'] };
    const { body: preview } = await p.post(team.path, team.owner.key, { ...asked, dryRun: true });
    expect(preview).toMatchObject({ kind: 'change', done: false, creditMinor: 0, monthlyMinor: 7800 });
    expect(preview.dueMinor).toBeGreaterThan(2890);
    expect(preview.dueMinor).toBeLessThanOrEqual(2900);
    const { prorationAt, dueMinor } = preview;
    const cashBefore = await accountBalance(p.t.database, 'subscriptions', 'USD');
    const changed = await p.post(team.path, team.owner.key, { ...asked, prorationAt, dueMinor });
    expect(changed).toMatchObject({ status: 200, body: { done: true, dueMinor } });
    await p.settle();
    expect(await p.planOf(team)).toMatchObject({ addons: ['priority_executions'], monthlyMinor: 7800 });
    expect((await accountBalance(p.t.database, 'subscriptions', 'USD')) - cashBefore).toBe(BigInt(dueMinor));
    expect(p.invoicesOf(team.subscription).at(-1)).toMatchObject({ amount_paid: dueMinor, status: 'paid' });
  });

  it('that takes one away leaves credit, which the next change uses up first', async () => {
    const team = await p.subscribed(['priority_executions']);
    const choose = async (addons: string[]) => {
      const { body } = await p.post(team.path, team.owner.key, { addons, dryRun: true });
      const { prorationAt, dueMinor } = body;
      const answer = await p.post(team.path, team.owner.key, { addons, prorationAt, dueMinor });
      expect(answer.status).toBe(200);
      await p.settle();
      return answer.body;
    };
    const less = await choose([]);
    expect(less).toMatchObject({ dueMinor: 0, monthlyMinor: 4900 });
    expect(less.creditMinor).toBeGreaterThan(2890);
    const more = await choose(['custom_integrations']);
    expect(more).toMatchObject({ dueMinor: 0, monthlyMinor: 6800 });
    expect(more.creditMinor).toBeGreaterThan(990);
    expect(more.creditMinor).toBeLessThan(1010);
  });

  it('asks for what was shown, and refuses other figures or old ones, changing nothing', async () => {
    const team = await p.subscribed();
    const asked = { addons: ['priority_executions'] };
    const { body: preview } = await p.post(team.path, team.owner.key, { ...asked, dryRun: true });
    const { prorationAt, dueMinor } = preview;
    expect((await p.post(team.path, team.owner.key, asked)).status).toBe(422);
    expect((await p.post(team.path, team.owner.key, { ...asked, dueMinor })).status).toBe(400);
    const wrong = await p.post(team.path, team.owner.key, { ...asked, prorationAt, dueMinor: dueMinor - 1 });
    expect(wrong).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const old = new Date(Date.now() - 3_600_000).toISOString();
    expect((await p.post(team.path, team.owner.key, { ...asked, prorationAt: old, dueMinor })).status).toBe(409);
    await p.settle();
    expect(await p.planOf(team)).toMatchObject({ addons: [], monthlyMinor: 4900 });
  });

  it('that the card declines changes nothing, and says what to do', async () => {
    const team = await p.subscribed();
    const asked = { addons: ['priority_executions'] };
    const [customer] = p.objects('customers').filter(({ metadata }) => metadata.workspace_id === team.id);
    p.stripe.control.setCard(customer.id, '0341');
    const { body: preview } = await p.post(team.path, team.owner.key, { ...asked, dryRun: true });
    const { prorationAt, dueMinor } = preview;
    const refused = await p.post(team.path, team.owner.key, { ...asked, prorationAt, dueMinor });
    expect(refused).toMatchObject({ status: 402, body: { code: 'card_declined' } });
    expect(refused.body.detail).toContain('Nothing was changed or charged');
    await p.settle();
    expect(await p.planOf(team)).toMatchObject({ addons: [], subscription: { status: 'active' } });
    const { body } = await p.post(`${team.path}/card`, team.owner.key);
    await p.visit(body.url, { outcome: 'saved', card: '4242' });
    expect((await p.post(team.path, team.owner.key, { ...asked, prorationAt, dueMinor })).status).toBe(200);
  });

  it('is made once when the first answer is lost', async () => {
    const team = await p.subscribed();
    const asked = { addons: ['priority_executions'] };
    const { body: preview } = await p.post(team.path, team.owner.key, { ...asked, dryRun: true });
    const { prorationAt, dueMinor } = preview;
    p.stripe.control.setFaults({ loseAnswers: { next: 3, how: 'truncated', match: 'POST /v1/subscriptions' } });
    expect((await p.post(team.path, team.owner.key, { ...asked, prorationAt, dueMinor })).status).toBe(502);
    p.stripe.control.setFaults({ loseAnswers: null });
    expect((await p.post(team.path, team.owner.key, { ...asked, prorationAt, dueMinor })).status).toBe(409);
    await p.settle();
    expect(await p.planOf(team)).toMatchObject({ addons: ['priority_executions'] });
    expect(p.invoicesOf(team.subscription)).toHaveLength(2);
  });
});

describe('a cancellation', () => {
  it('ends with the period that is paid, can be taken back until then, and gives nothing back', async () => {
    const team = await p.subscribed();
    const { body: preview } = await p.post(`${team.path}/cancel`, team.owner.key, { dryRun: true });
    expect(preview.done).toBe(false);
    expect((await p.planOf(team)).subscription.cancelsAt).toBeNull();
    const { body } = await p.post(`${team.path}/cancel`, team.owner.key);
    expect(body).toEqual({ done: true, endsAt: preview.endsAt });
    expect(await p.planOf(team)).toMatchObject({
      plan: 'pro',
      subscription: { cancelsAt: body.endsAt, renewsAt: null },
    });
    expect((await p.post(`${team.path}/cancel`, team.owner.key)).status).toBe(409);
    const kept = await p.post(`${team.path}/keep`, team.owner.key);
    expect(kept.body).toMatchObject({ plan: 'pro', subscription: { cancelsAt: null, renewsAt: body.endsAt } });
    expect((await p.post(`${team.path}/keep`, team.owner.key)).status).toBe(409);
    await p.post(`${team.path}/cancel`, team.owner.key);
    await p.renew(team.subscription);
    expect(await p.planOf(team)).toMatchObject({ plan: 'free', source: 'none', subscription: null, monthlyMinor: 0 });
    expect(p.invoicesOf(team.subscription)).toHaveLength(1);
  });

  it('of nothing is refused', async () => {
    const team = await p.team();
    for (const act of ['cancel', 'keep']) {
      const refused = await p.post(`${team.path}/${act}`, team.owner.key);
      expect(refused).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    }
  });
});

describe('the money of subscriptions', () => {
  it('is earned when an invoice is paid, with Stripe’s fee apart, and listed for who decides about the plan', async () => {
    const team = await p.subscribed();
    await p.renew(team.subscription);
    const { data } = await p.get(`${team.path}/invoices`, team.owner.key);
    expect(data).toHaveLength(2);
    expect(data[0]).toMatchObject({
      status: 'paid',
      currency: 'USD',
      totalMinor: 4900,
      paidMinor: 4900,
      refundedMinor: 0,
    });
    const kinds = await p.t
      .database('ledger.transfers')
      .whereIn(
        'external_ref',
        p.t.database('plan_invoices').where({ workspace_id: team.id }).select('payment_intent_id'),
      )
      .select('kind');
    expect(kinds).toEqual([{ kind: 'subscription' }, { kind: 'subscription' }]);
  });

  it('that is refunded at Stripe is booked, and booked back when the card does not take it', async () => {
    const team = await p.subscribed();
    const [invoice] = await p.t.database('plan_invoices').where({ workspace_id: team.id });
    const before = await accountBalance(p.t.database, 'subscriptions', 'USD');
    const refund = await stripeClient(p.t.context.config).refunds.create({
      payment_intent: invoice.payment_intent_id,
      amount: 1000,
    });
    await p.settle();
    expect(await accountBalance(p.t.database, 'subscriptions', 'USD')).toBe(before - 1000n);
    expect((await p.get(`${team.path}/invoices`, team.owner.key)).data[0].refundedMinor).toBe(1000);
    expect(await p.differences()).toEqual([]);
    p.stripe.control.failRefund(refund.id);
    await p.settle();
    expect(await accountBalance(p.t.database, 'subscriptions', 'USD')).toBe(before);
    expect((await p.get(`${team.path}/invoices`, team.owner.key)).data[0].refundedMinor).toBe(0);
  });

  it('is in the statement of its workspace beside the balances, as JSON and CSV, and in nobody else’s', async () => {
    const team = await p.subscribed();
    const { body: other } = await p.post((await p.team()).path, team.owner.key);
    expect(other.status).toBe(404);
    const [invoice] = await p.t.database('plan_invoices').where({ workspace_id: team.id });
    await stripeClient(p.t.context.config).refunds.create({ payment_intent: invoice.payment_intent_id, amount: 900 });
    await p.settle();
    const statement = await p.get(`/api/workspaces/${team.slug}/statement`, team.owner.key);
    expect(statement).toMatchObject({ totals: [], lines: [] });
    expect(statement.plan).toMatchObject([
      { what: 'plan', invoice: invoice.number, currency: 'USD', amountMinor: 4900, amount: '49.00' },
      { what: 'plan, sent back', invoice: invoice.number, amountMinor: -900, amount: '-9.00' },
    ]);
    const csv = await fetch(`${p.api.url}/api/workspaces/${team.slug}/statement.csv`, {
      headers: { authorization: `Bearer ${team.owner.key}` },
    });
    expect(await csv.text()).toContain(`,plan,,${invoice.number},USD,,,49.00,,4900,,`);
    const theirs = await p.subscribed();
    expect((await p.get(`/api/workspaces/${theirs.slug}/statement`, theirs.owner.key)).plan).toHaveLength(1);
  });

  it('agrees with Stripe to the unit after all of it, chargebacks too', async () => {
    const team = await p.subscribed(['custom_integrations']);
    const { charge_id: charge } = await p.t.database('plan_invoices').where({ workspace_id: team.id }).first();
    const dispute = p.stripe.control.openDispute(charge);
    await p.settle();
    expect(await p.differences()).toEqual([]);
    p.stripe.control.closeDispute(dispute.id, 'won');
    expect(await p.differences()).toEqual([]);
    expect(await p.t.database('ledger.violations')).toEqual([]);
    expect(await p.t.database('payment_tasks').whereIn('state', ['pending', 'dead'])).toEqual([]);
  });

  it('is asked of Stripe with a key for each movement', () => {
    for (const path of ['/v1/checkout/sessions', '/v1/customers', '/v1/prices', '/v1/billing_portal/sessions'])
      for (const request of stripePosts(path)) expect(request.idempotencyKey).toBeTruthy();
  });
});
