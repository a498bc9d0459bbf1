import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accountParams,
  makePayee,
  openFixture,
  payForCharge,
  secretKey,
  sessionParams,
  type Fixture,
} from './fixture.ts';

let fixture: Fixture;
let charge: Stripe.Charge;
let payee: string;

beforeAll(async () => {
  fixture = await openFixture();
  charge = await payForCharge(fixture);
  payee = await makePayee(fixture);
});

afterAll(() => fixture.close());

type Refusal = { type?: string; statusCode?: number; code?: string; param?: string; message?: string };

async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  const error = await request.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Stripe.errors.StripeError)) throw new Error('The request was not refused.', { cause: error });
  const { type, statusCode, code, param, message } = error;
  return { type, statusCode: statusCode ?? 0, code: code ?? '', param: param ?? '', message };
}

const invalid = { type: 'StripeInvalidRequestError', statusCode: 400 };

describe('what Stripe refuses is refused', () => {
  it('a wrong or a missing key, with 401', async () => {
    expect(
      await refusalOf(fixture.stripeAt(fixture.standIn.port, 'sk_test_wrongwrong').balance.retrieve()),
    ).toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
      message: 'Invalid API Key provided: sk_test_******rong',
    });
    expect((await fetch(`${fixture.standIn.url}/v1/balance`)).status).toBe(401);
  });

  it('another API version', async () => {
    expect(await refusalOf(fixture.stripe.balance.retrieve({}, { apiVersion: '2020-08-27' }))).toMatchObject(invalid);
  });

  it('an unknown parameter, at any depth', async () => {
    const bad = { ...sessionParams(), colour: 'red' };
    expect(await refusalOf(fixture.stripe.checkout.sessions.create(bad))).toMatchObject({
      ...invalid,
      message: 'Received unknown parameter: colour',
      code: 'parameter_unknown',
      param: 'colour',
    });
    const deep = { ...sessionParams(), payment_intent_data: { colour: 'red' } };
    expect((await refusalOf(fixture.stripe.checkout.sessions.create(deep as never))).param).toBe(
      'payment_intent_data[colour]',
    );
    const account = { ...accountParams, colour: 'red' };
    expect((await refusalOf(fixture.stripe.v2.core.accounts.create(account))).message).toBe(
      'Received unknown parameter: colour',
    );
    expect((await refusalOf(fixture.stripe.transfers.list({ colour: 'red' } as never))).param).toBe('colour');
  });

  it("a parameter of Stripe's that it does not act on, in words of its own", async () => {
    const refusal = await refusalOf(
      fixture.stripe.checkout.sessions.create(sessionParams({ automatic_tax: { enabled: true } })),
    );
    expect(refusal.message).toContain('stand-in for Stripe does not act on the parameter: automatic_tax');
  });

  it('a missing field, named in full', async () => {
    const { mode: _, ...without } = sessionParams();
    expect(await refusalOf(fixture.stripe.checkout.sessions.create(without))).toMatchObject({
      code: 'parameter_missing',
      param: 'mode',
    });
    const nameless = sessionParams({
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'usd', unit_amount: 900, product_data: { description: 'A reward' } as never },
        },
      ],
    });
    expect((await refusalOf(fixture.stripe.checkout.sessions.create(nameless))).param).toBe(
      'line_items[0][price_data][product_data][name]',
    );
    expect((await refusalOf(fixture.stripe.refunds.create({}))).message).toContain('payment_intent or charge');
    expect((await refusalOf(fixture.stripe.transfers.create({ amount: 5, currency: 'usd' } as never))).param).toBe(
      'destination',
    );
    expect((await refusalOf(fixture.stripe.v2.core.accounts.create({}))).code).toBe('invalid_fields');
  });

  it('a bad enum, address, currency, and an empty value', async () => {
    expect((await refusalOf(fixture.stripe.refunds.create({ charge: charge.id, reason: 'whim' }))).message).toContain(
      'must be one of duplicate, fraudulent or requested_by_customer',
    );
    expect(
      (await refusalOf(fixture.stripe.checkout.sessions.create(sessionParams({ success_url: 'paid.html' })))).code,
    ).toBe('url_invalid');
    const transfer = { amount: 100, currency: 'xyz', destination: payee };
    expect((await refusalOf(fixture.stripe.transfers.create(transfer))).message).toContain('Invalid currency: xyz');
    expect((await refusalOf(fixture.stripe.transfers.create({ ...transfer, currency: '' }))).code).toBe(
      'parameter_invalid_empty',
    );
    expect((await refusalOf(fixture.stripe.transfers.list({ limit: 101 }))).param).toBe('limit');
  });

  it.each([10.5, 0, -5, '1e3', 'ten'])('the amount %s', async (amount) => {
    const money = amount as number;
    expect((await refusalOf(fixture.stripe.refunds.create({ charge: charge.id, amount: money }))).code).toBe(
      'parameter_invalid_integer',
    );
    const transfer = { amount: money, currency: 'usd', destination: payee, source_transaction: charge.id };
    expect((await refusalOf(fixture.stripe.transfers.create(transfer))).code).toBe('parameter_invalid_integer');
  });

  it.each([
    ['usd', 49, 'amount_too_small'],
    ['usd', 100_000_000, 'amount_too_large'],
  ])('a checkout of %s %i', async (currency, unit_amount, code) => {
    const items = [{ quantity: 1, price_data: { currency, unit_amount, product_data: { name: 'Reward' } } }];
    expect((await refusalOf(fixture.stripe.checkout.sessions.create(sessionParams({ line_items: items })))).code).toBe(
      code,
    );
  });

  it('three-decimal amounts that are not a multiple of ten, and two currencies in one session', async () => {
    const item = (currency: string, unit_amount: number) => ({
      quantity: 1,
      price_data: { currency, unit_amount, product_data: { name: 'Reward' } },
    });
    const kwd = sessionParams({ line_items: [item('kwd', 12_345)] });
    expect((await refusalOf(fixture.stripe.checkout.sessions.create(kwd))).message).toContain('multiple of 10');
    const mixed = sessionParams({ line_items: [item('usd', 500), item('eur', 500)] });
    expect((await refusalOf(fixture.stripe.checkout.sessions.create(mixed))).message).toContain(
      'more than one currency',
    );
  });

  it('an expiry nearer than 30 minutes or farther than a day, and metadata that is too long', async () => {
    const now = fixture.clock.nowMs / 1000;
    for (const expires_at of [now + 60, now + 90_000])
      expect((await refusalOf(fixture.stripe.checkout.sessions.create(sessionParams({ expires_at })))).param).toBe(
        'expires_at',
      );
    const long = sessionParams({ metadata: { note: 'x'.repeat(501) } });
    expect((await refusalOf(fixture.stripe.checkout.sessions.create(long))).message).toContain('up to 500 characters');
  });

  it.each([
    ['checkout session', () => fixture.stripe.checkout.sessions.retrieve('cs_test_none')],
    ['payment intent', () => fixture.stripe.paymentIntents.retrieve('pi_none')],
    ['charge', () => fixture.stripe.charges.retrieve('ch_none')],
    ['refund', () => fixture.stripe.refunds.retrieve('re_none')],
    ['transfer', () => fixture.stripe.transfers.retrieve('tr_none')],
    ['dispute', () => fixture.stripe.disputes.retrieve('du_none')],
    ['payout', () => fixture.stripe.payouts.retrieve('po_none')],
    ['event', () => fixture.stripe.events.retrieve('evt_none')],
    ['account', () => fixture.stripe.v2.core.accounts.retrieve('acct_none')],
    ['endpoint', () => fixture.stripe.reviews.list()],
  ])('a %s that does not exist, with 404 and an error', async (_what, request) => {
    expect(await refusalOf(request())).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 404 });
  });

  it('a JSON body where a form belongs', async () => {
    const headers = { Authorization: `Bearer ${secretKey}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`${fixture.standIn.url}/v1/refunds`, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(400);
  });

  it('an expansion of what cannot be expanded', async () => {
    expect((await refusalOf(fixture.stripe.charges.retrieve(charge.id, { expand: ['amount'] }))).message).toContain(
      'cannot be expanded',
    );
  });
});
