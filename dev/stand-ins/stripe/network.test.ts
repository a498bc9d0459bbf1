import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePayee, openFixture, payForCharge, sessionParams, type Fixture } from './fixture.ts';

let fixture: Fixture;
let stripe: Stripe;
let order: Stripe.TransferCreateParams;

beforeEach(async () => {
  fixture = await openFixture();
  stripe = fixture.stripe;
  const charge = await payForCharge(fixture);
  order = { amount: 1_000, currency: 'usd', destination: await makePayee(fixture), source_transaction: charge.id };
});

afterEach(() => fixture.close());

const key = (idempotencyKey: string) => ({ idempotencyKey });
const transferCount = async () => (await stripe.transfers.list()).data.length;
const lastRequest = () => fixture.standIn.control.requests().at(-1);

describe('an idempotency key', () => {
  it('answers the same request with the first answer, and says so', async () => {
    const first = await stripe.transfers.create(order, key('payout:1'));
    const again = await stripe.transfers.create(order, key('payout:1'));
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true', 'idempotency-key': 'payout:1' });
    expect(lastRequest()).toMatchObject({
      path: '/v1/transfers',
      idempotencyKey: 'payout:1',
      replayed: true,
      status: 200,
    });
    expect(await transferCount()).toBe(1);
  });

  it('refuses other parameters, and another endpoint', async () => {
    await stripe.transfers.create(order, key('payout:1'));
    const error = { type: 'StripeIdempotencyError', statusCode: 400 };
    await expect(stripe.transfers.create({ ...order, amount: 999 }, key('payout:1'))).rejects.toMatchObject(error);
    await expect(stripe.checkout.sessions.create(sessionParams(), key('payout:1'))).rejects.toMatchObject(error);
    expect(await transferCount()).toBe(1);
  });

  it('is forgotten after 24 hours, and then pays a second time', async () => {
    await stripe.transfers.create(order, key('payout:1'));
    fixture.clock.nowMs += 24 * 3_600_000 - 1;
    await stripe.transfers.create(order, key('payout:1'));
    expect(await transferCount()).toBe(1);
    fixture.clock.nowMs += 1;
    await stripe.transfers.create(order, key('payout:1'));
    expect(await transferCount()).toBe(2);
  });

  it('keeps a 500 and a refusal of what ran, but not a parameter that could not be read', async () => {
    const { control } = fixture.standIn;
    control.setFaults({ failNext: { next: 1 } });
    for (const _ of [1, 2])
      await expect(stripe.transfers.create(order, key('failed'))).rejects.toMatchObject({ statusCode: 500 });
    expect(await transferCount()).toBe(0);

    const short = { ...order, amount: 50_000 };
    delete short.source_transaction;
    await expect(stripe.transfers.create(short, key('short'))).rejects.toMatchObject({ code: 'balance_insufficient' });
    control.topUp(50_000, 'usd');
    await expect(stripe.transfers.create(short, key('short'))).rejects.toMatchObject({ code: 'balance_insufficient' });

    await expect(stripe.transfers.create({ ...order, amount: 0 }, key('typo'))).rejects.toThrow();
    await stripe.transfers.create(order, key('typo'));
    expect(await transferCount()).toBe(1);
  });

  it('makes one account at API v2', async () => {
    const params = {
      contact_email: 'a@b.example',
      configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
    };
    const one = await stripe.v2.core.accounts.create(params, key('account:1'));
    fixture.clock.nowMs += 25 * 3_600_000;
    const two = await stripe.v2.core.accounts.create(params, key('account:1'));
    expect(two.id).toBe(one.id);
  });
});

describe('an answer that is lost', () => {
  it('was executed: the same key finds the one transfer', async () => {
    fixture.standIn.control.setFaults({ loseAnswers: { next: 1, how: 'truncated' } });
    await expect(stripe.transfers.create(order, key('payout:1'))).rejects.toMatchObject({
      type: 'StripeConnectionError',
    });
    const transfer = await stripe.transfers.create(order, key('payout:1'));
    expect((await stripe.transfers.list()).data.map(({ id }) => id)).toEqual([transfer.id]);
  });

  it('by a reset is asked for again by the SDK itself, under the same key', async () => {
    fixture.standIn.control.setFaults({ loseAnswers: { next: 1, match: 'POST /v1/transfers' } });
    await stripe.transfers.create(order, key('payout:1'));
    const asked = fixture.standIn.control.requests().filter(({ path }) => path === '/v1/transfers');
    expect(asked).toMatchObject([
      { lost: 'reset', replayed: false },
      { lost: null, replayed: true },
    ]);

    fixture.standIn.control.setFaults({ loseAnswers: { next: 2 } });
    await expect(stripe.transfers.create(order, key('payout:2'))).rejects.toMatchObject({
      type: 'StripeConnectionError',
    });
    expect(await transferCount()).toBe(2);
  });

  it('by silence ends with the timeout of the SDK', async () => {
    fixture.standIn.control.setFaults({ loseAnswers: { next: 1, how: 'hang' } });
    const silent = stripe.transfers.create(order, { ...key('payout:1'), timeout: 50 });
    await expect(silent).rejects.toMatchObject({ type: 'StripeConnectionError' });
    await stripe.transfers.create(order, key('payout:1'));
    expect(await transferCount()).toBe(1);
  });

  it('behind a 500 is found by its group', async () => {
    fixture.standIn.control.setFaults({ failNext: { next: 1, executed: true } });
    await expect(
      stripe.transfers.create({ ...order, transfer_group: 'bounty:B-7K3' }, key('payout:1')),
    ).rejects.toMatchObject({ statusCode: 500 });
    expect((await stripe.transfers.list({ transfer_group: 'bounty:B-7K3' })).data).toHaveLength(1);
  });
});

describe('webhooks', () => {
  const types = () => fixture.received.map(({ type }) => type);

  beforeEach(async () => {
    await fixture.standIn.control.flush();
    fixture.received.length = 0;
  });

  it('come twice when told so, with the same id', async () => {
    fixture.standIn.control.setWebhooks({ duplicate: true });
    await stripe.transfers.create(order);
    await fixture.standIn.control.flush();
    expect(types()).toEqual(['transfer.created', 'transfer.created']);
    expect(fixture.received[0]?.id).toBe(fixture.received[1]?.id);
  });

  it('come in the wrong order when told so', async () => {
    fixture.standIn.control.setWebhooks({ reorder: true });
    await payForCharge(fixture);
    await fixture.standIn.control.flush();
    expect(types()).toEqual([
      'checkout.session.completed',
      'payment_intent.succeeded',
      'charge.succeeded',
      'payment_intent.created',
    ]);
  });

  it('are held until a flush, or lost while their events stay listed', async () => {
    const { control } = fixture.standIn;
    control.setWebhooks({ hold: true });
    await stripe.transfers.create(order);
    control.setWebhooks({ drop: 1 });
    await stripe.transfers.create(order);
    expect(types()).toEqual([]);
    await control.flush();
    expect(types()).toEqual(['transfer.created']);
    expect((await stripe.events.list({ type: 'transfer.created' })).data).toHaveLength(2);
    expect(control.attempts().slice(-2)).toMatchObject([{ outcome: 'dropped' }, { outcome: '200' }]);
  });

  it('are tried again when they are not answered with 2xx', async () => {
    fixture.answers.push(500, 302, 404);
    fixture.standIn.control.setWebhooks({ hold: true });
    await stripe.transfers.create(order);
    expect(await fixture.standIn.control.flush()).toEqual({ delivered: 1, undelivered: [] });
    expect(types()).toEqual(['transfer.created']);
    expect(
      fixture.standIn.control
        .attempts()
        .slice(-4)
        .map(({ outcome }) => outcome),
    ).toEqual(['500', '302', '404', '200']);
  });

  it('come by themselves, and again by themselves after a failure', async () => {
    fixture.answers.push(503);
    const arrival = fixture.arrival('transfer.created');
    await stripe.transfers.create(order);
    await arrival;
    expect(types()).toEqual(['transfer.created']);
  });

  it('are reported when nobody takes them', async () => {
    fixture.answers.push(500, 500, 500, 500, 500);
    fixture.standIn.control.setWebhooks({ hold: true });
    await stripe.transfers.create(order);
    expect(await fixture.standIn.control.flush()).toEqual({ delivered: 0, undelivered: ['transfer.created'] });
  });
});

describe('the control API', () => {
  const call = (path: string, body?: object) =>
    fetch(`${fixture.standIn.url}/_standin/${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {});

  it('does over HTTP what tests do in process', async () => {
    const [charge] = (await stripe.charges.list()).data;
    const dispute = (await (
      await call('disputes', { charge: charge?.id, reason: 'fraudulent' })
    ).json()) as Stripe.Dispute;
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'needs_response' });
    expect(await (await call('webhooks', { duplicate: true })).json()).toEqual({ ok: true });
    expect(await (await call('faults', { failNext: { next: 1, status: 429 } })).json()).toEqual({ ok: true });
    await expect(stripe.transfers.create(order)).rejects.toMatchObject({ type: 'StripeRateLimitError' });
    expect(await (await call('flush', {})).json()).toMatchObject({ undelivered: [] });
    expect(await (await call('objects')).json()).toMatchObject({ disputes: [{ id: dispute.id }] });
    const { data } = (await (await call('requests')).json()) as { data: { path: string }[] };
    expect(data.at(-1)?.path).toBe('/v1/transfers');
  });

  it('refuses what it does not know', async () => {
    expect((await call('webhooks', { duplicates: true })).status).toBe(400);
    expect((await call('nothing')).status).toBe(404);
    expect((await call('disputes', { charge: 'ch_none' })).status).toBe(400);
  });
});

describe('a state file', () => {
  it('carries the world, its keys and its undelivered webhooks over a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quarry-stripe-'));
    const stateFile = join(directory, 'stripe.json');
    const first = await openFixture({ stateFile });
    first.standIn.control.setWebhooks({ hold: true });
    const charge = await payForCharge(first);
    const refund = await first.stripe.refunds.create({ charge: charge.id, amount: 100 }, key('refund:1'));
    const open = await first.stripe.checkout.sessions.create(sessionParams());
    await first.close();

    const second = await openFixture({ stateFile });
    const moved = await second.stripe.checkout.sessions.retrieve(open.id);
    expect((await fetch(moved.url ?? '')).status).toBe(200);
    expect((await second.stripe.refunds.create({ charge: charge.id, amount: 100 }, key('refund:1'))).id).toBe(
      refund.id,
    );
    expect((await second.stripe.balance.retrieve()).pending[0]?.amount).toBe(11_036);
    await second.standIn.control.flush();
    expect(second.received.map(({ type }) => type)).toContain('checkout.session.completed');
    await second.close();
    rmSync(directory, { recursive: true });
  });
});
