import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from './payments-fixture.ts';
import { stripeClient } from './stripe-client.ts';

let p: Payments;
let admin: { id: string; key: string };
beforeAll(async () => {
  p = await openPayments();
  admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

const get = (path: string, key: string | null) => call(p.api, 'GET', path, { key });
const problemOf = async (account: { key: string }) => (await get('/api/payouts', account.key)).body.account.problem;
const eventsOf = (type: string, account: { id: string }): Promise<JsonValue[]> =>
  p.t.database('events').where({ type, account_id: account.id }).orderBy('seq');
const told = (type: string): JsonValue[] => p.objects('events').filter((event) => event.type === type);

/** Sends every event of these types again, newest first, under ids of their own, as if each came for the first time. */
async function tellAgain(...types: string[]): Promise<void> {
  const events = types.flatMap(told).toReversed();
  for (const event of events) {
    expect((await p.send({ ...event, id: `${event.id}_${Math.random().toString(36).slice(2)}` })).status).toBe(200);
  }
  await p.settle();
}

async function paidWinner() {
  const winner = await p.payee();
  const bounty = await p.funded();
  await p.release(bounty.id, winner.id);
  await p.settle();
  return { winner, bounty };
}

describe('payout.failed', () => {
  it('of a payee’s bank tells the payee what to do, until a later payout arrives', async () => {
    const { winner } = await paidWinner();
    const account = winner.stripeAccountId;
    const first = p.stripe.control.payOut({ account, currency: 'usd' });
    await p.settle();
    expect(await problemOf(winner)).toBeNull();
    p.stripe.control.failPayout(first.id);
    await p.settle();
    expect(await problemOf(winner)).toContain('the bank account was closed');
    expect(await problemOf(winner)).toContain('Open the payout setup again');
    await tellAgain('payout.failed', 'payout.paid');
    expect(await eventsOf('payout.bank_refused', winner)).toHaveLength(1);
    p.stripe.control.payOut({ account, currency: 'usd' });
    await p.settle();
    expect(await problemOf(winner)).toBeNull();
    await tellAgain('payout.paid', 'payout.failed');
    expect(await problemOf(winner)).toBeNull();
    expect(await eventsOf('payout.bank_refused', winner)).toHaveLength(1);
    expect(await accountBalance(p.t.database, `payable:${winner.id}`, 'USD')).toBe(0n);
  });

  it('of our own bank is booked and tells the admins once, and of an account that is not ours nobody', async () => {
    await p.funded();
    const ours = p.stripe.control.payOut({ amount: 500, currency: 'usd' });
    p.stripe.control.failPayout(ours.id);
    await p.settle();
    await tellAgain('payout.failed');
    const alarms = await eventsOf('payment.needs_attention', admin);
    expect(alarms.filter(({ payload }) => payload.subject === ours.id)).toHaveLength(1);
    expect(await accountBalance(p.t.database, 'bank', 'USD')).toBe(0n);
    p.stripe.control.payOut({ amount: 400, currency: 'usd' });
    await p.settle();
    await tellAgain('payout.created', 'payout.paid');
    expect(await accountBalance(p.t.database, 'bank', 'USD')).toBe(400n);
    const [event] = told('payout.failed');
    await p.send({ ...event, id: 'evt_of_a_stranger', account: 'acct_of_a_stranger' });
    await p.settle();
    const [kept] = await p.t.database('stripe_events').where({ id: 'evt_of_a_stranger' });
    expect(kept.applied_at).not.toBeNull();
  });
});

describe.each([
  ['refund.failed', ['refund.updated', 'refund.failed', 'refund.created']],
  ['transfer.reversed', ['transfer.reversed']],
  ['charge.dispute', ['charge.dispute.closed', 'charge.dispute.funds_withdrawn', 'charge.dispute.created']],
])('%s', (what, types) => {
  it('is applied once, in any order and however often it is told', async () => {
    const { winner, bounty } = await paidWinner();
    const other = await p.funded();
    if (what === 'refund.failed') {
      await p.post(`/api/bounties/${other.id}/cancel`, other.poster.key);
      await p.settle();
      p.stripe.control.failRefund(p.refundsOf(other.id)[0].id);
    } else if (what === 'transfer.reversed') {
      await stripeClient(p.t.context.config).transfers.createReversal(p.transfersOf(bounty.id)[0].id);
    } else {
      const { id } = p.stripe.control.openDispute(await p.chargeOf(other.id));
      p.stripe.control.closeDispute(id, 'lost');
    }
    await p.settle();
    const read = async () => ({
      transfers: await p.t.database('ledger.transfers').whereIn('bounty_id', [bounty.id, other.id]).pluck('key'),
      payout: await p.payoutOf(bounty.id),
      refunds: await p.t.database('refunds').where({ bounty_id: other.id }),
      chargebacks: await p.t.database('chargebacks').where({ bounty_id: other.id }),
      owed: await accountBalance(p.t.database, `payable:${winner.id}`, 'USD'),
      alarms: (await eventsOf('payment.needs_attention', admin)).length,
    });
    const before = await read();
    await tellAgain(...types);
    await tellAgain(...types.toReversed());
    expect(await read()).toEqual(before);
  });
});

describe('an account that Stripe restricts', () => {
  it('holds its payouts back, and lets them leave when it is active again, whatever order it is told in', async () => {
    const winner = await p.payee();
    p.stripe.control.setRecipient(winner.stripeAccountId, 'restricted');
    await p.settle();
    expect((await get('/api/payouts', winner.key)).body.account.state).toBe('restricted');
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'waiting' });
    p.stripe.control.setWebhooks({ reorder: true, duplicate: 2 });
    p.stripe.control.setRecipient(winner.stripeAccountId, 'active');
    await p.settle();
    p.stripe.control.setWebhooks({ reorder: false, duplicate: false });
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
  });
});

describe('a kept event', () => {
  it('is applied again by an admin of the platform alone, with an entry in the audit log', async () => {
    const bounty = await p.funded();
    const session = (await p.t.database('checkouts').where({ bounty_id: bounty.id }).first()).session_id;
    const [event] = (await get(`/api/admin/stripe-events?object=${session}`, admin.key)).body.data;
    expect(event).toMatchObject({ type: 'checkout.session.completed', appliedAt: expect.any(String), replays: 0 });
    const path = `/api/admin/stripe-events/${event.id}/replay`;
    for (const [key, status] of [
      [null, 401],
      [bounty.poster.key, 403],
    ] as const) {
      expect((await call(p.api, 'POST', path, { key })).status).toBe(status);
      expect((await get('/api/admin/stripe-events', key)).status).toBe(status);
    }
    const transfers = () => p.t.database('ledger.transfers').count({ n: '*' }).first();
    const before = await transfers();
    expect(await call(p.api, 'POST', path, { key: admin.key })).toMatchObject({ status: 202, body: { replays: 1 } });
    await p.settle();
    const [again] = (await get(`/api/admin/stripe-events?object=${session}`, admin.key)).body.data;
    expect(again.appliedAt > event.appliedAt).toBe(true);
    expect(await transfers()).toEqual(before);
    const audit = await p.t.database('security_audit_log').where({ action: 'stripe_event.replayed' });
    expect(audit).toMatchObject([{ account_id: admin.id, details: { event: event.id } }]);
    const missing = await call(p.api, 'POST', '/api/admin/stripe-events/evt_none/replay', { key: admin.key });
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('that could not be applied is listed, and mends the world when it is replayed', async () => {
    const bounty = await p.funding();
    p.stripe.control.setFaults({ failNext: { next: 1, status: 400, match: 'GET /v1/checkout/sessions' } });
    await p.visit(bounty.url, { outcome: 'paid' });
    await p.settle();
    const unapplied = (await get('/api/admin/stripe-events?unapplied=true', admin.key)).body.data;
    const lost = unapplied.find(({ type }: JsonValue) => type === 'checkout.session.completed');
    expect((await p.read(bounty)).state).toBe('funding');
    await call(p.api, 'POST', `/api/admin/stripe-events/${lost.id}/replay`, { key: admin.key });
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
  });
});
