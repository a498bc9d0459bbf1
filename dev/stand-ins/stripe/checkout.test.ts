import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFixture, payForCharge, sessionParams, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});

afterEach(() => fixture.close());

describe('a checkout session', () => {
  it('becomes a charge whose money, less the fee of 2.9 % and 30, is pending on the balance', async () => {
    const { stripe } = fixture;
    const charge = await payForCharge(fixture);
    expect(charge).toMatchObject({
      amount: 11_500,
      paid: true,
      transfer_group: 'bounty:B-7K3',
      metadata: { bounty: 'B-7K3' },
    });
    const [booked] = (await stripe.balanceTransactions.list({ source: charge.id })).data;
    expect(booked).toMatchObject({ amount: 11_500, fee: 364, net: 11_136, type: 'charge', status: 'pending' });
    expect((await stripe.balance.retrieve()).pending).toMatchObject([{ amount: 11_136, currency: 'usd' }]);

    fixture.clock.nowMs += 2 * 24 * 3_600_000;
    const balance = await stripe.balance.retrieve();
    expect([balance.available[0]?.amount, balance.pending[0]?.amount]).toEqual([11_136, 0]);
  });

  it('tells it in signed events that the SDK accepts', async () => {
    const charge = await payForCharge(fixture);
    await fixture.standIn.control.flush();
    expect(fixture.received.map(({ type }) => type)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    expect(fixture.received.at(-1)?.data).toMatchObject({
      payment_status: 'paid',
      payment_intent: charge.payment_intent,
    });
    const events = await fixture.stripe.events.list({ types: ['checkout.session.completed'] });
    expect(events.data).toMatchObject([
      { id: fixture.received.at(-1)?.id, pending_webhooks: 0, api_version: '2026-10-28.endive' },
    ]);
  });

  it('stays open after a declined card and is paid with the next, by one PaymentIntent', async () => {
    const { stripe, standIn } = fixture;
    const session = await stripe.checkout.sessions.create(sessionParams());
    standIn.control.checkOut(session.id, 'failed');
    const declined = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(declined).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    expect(declined.payment_intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });

    standIn.control.checkOut(session.id, 'paid');
    const intents = await stripe.paymentIntents.list();
    expect(intents.data).toMatchObject([{ status: 'succeeded', amount_received: 11_500, last_payment_error: null }]);
    const charges = await stripe.charges.list({ transfer_group: 'bounty:B-7K3' });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('expires when its time is over, and by request, but only while it is open', async () => {
    const { stripe, standIn, clock } = fixture;
    const late = await stripe.checkout.sessions.create(sessionParams({ expires_at: clock.nowMs / 1000 + 1800 }));
    const cancelled = await stripe.checkout.sessions.create(sessionParams());
    await stripe.checkout.sessions.expire(cancelled.id);
    clock.nowMs += 1_800_000;
    expect((await stripe.checkout.sessions.retrieve(late.id)).status).toBe('expired');
    await expect(stripe.checkout.sessions.expire(late.id)).rejects.toThrow('status of expired');
    expect(() => standIn.control.checkOut(late.id, 'paid')).toThrow('expired');
    await standIn.control.flush();
    expect(fixture.received.map(({ type }) => type)).toEqual(['checkout.session.expired', 'checkout.session.expired']);
  });
});

describe('the page of a checkout session', () => {
  const post = (url: string, outcome: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), headers, redirect: 'manual' });

  it('says that it is a stand-in and shows what is paid, harmlessly', async () => {
    const item = {
      quantity: 2,
      price_data: { currency: 'jpy', unit_amount: 500, product_data: { name: '<script>alert(1)</script>' } },
    };
    const session = await fixture.stripe.checkout.sessions.create(sessionParams({ line_items: [item] }));
    const html = await (await fetch(session.url ?? '')).text();
    expect(html).toContain('Local stand-in for Stripe');
    expect(html).toContain('¥1,000');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
  });

  it('answers a script with JSON, and pays once however often it is sent', async () => {
    const session = await fixture.stripe.checkout.sessions.create(sessionParams());
    const url = session.url ?? '';
    const first = (await (await post(url, 'paid')).json()) as { outcome: string; session: Stripe.Checkout.Session };
    expect(first).toMatchObject({ outcome: 'paid', session: { id: session.id, payment_status: 'paid' } });
    const asJson = {
      method: 'POST',
      body: JSON.stringify({ outcome: 'paid' }),
      headers: { 'Content-Type': 'application/json' },
    };
    expect((await fetch(url, asJson)).status).toBe(200);
    expect((await fixture.stripe.charges.list()).data).toHaveLength(1);
    expect((await post(url, 'abandoned')).status).toBe(400);
    expect((await post(url, 'bribed')).status).toBe(400);
  });

  it('sends a browser on: paid to the success address, abandoned to the cancel address, declined back to the page', async () => {
    const browser = { Accept: 'text/html,*/*' };
    const paid = await fixture.stripe.checkout.sessions.create(sessionParams());
    const left = await fixture.stripe.checkout.sessions.create(sessionParams());
    const declined = await post(left.url ?? '', 'failed', browser);
    expect([declined.status, declined.headers.get('location')]).toEqual([303, `${left.url}?declined=1`]);
    expect(await (await fetch(`${left.url}?declined=1`)).text()).toContain('declined');
    const done = await post(paid.url ?? '', 'paid', browser);
    expect([done.status, done.headers.get('location')]).toEqual([
      303,
      `https://quarry.example/paid?session=${paid.id}`,
    ]);
    const gone = await post(left.url ?? '', 'abandoned', browser);
    expect([gone.status, gone.headers.get('location')]).toEqual([303, 'https://quarry.example/back']);
    expect((await fixture.stripe.checkout.sessions.retrieve(left.id)).status).toBe('expired');
    expect(await (await post(`${fixture.standIn.url}/c/pay/${paid.id}`, 'paid', browser)).text()).toContain(
      'This was paid.',
    );
    const overview = await (await fetch(fixture.standIn.url)).text();
    expect(overview).toContain('$115.00, complete');
    expect(overview).toContain('checkout.session.expired');
  });
});
