import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CardNumber } from './customers/cards.ts';
import { openFixture, sessionParams, type Fixture } from './fixture.ts';

let f: Fixture;
beforeAll(async () => {
  f = await openFixture();
});
afterAll(() => f.close());

const setup = (change: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  f.stripe.checkout.sessions.create({
    mode: 'setup',
    allowed_payment_method_types: ['card'],
    success_url: 'https://quarry.example/kept',
    ...change,
  });

/** A customer with a card that was given on the page. */
async function keep(card: CardNumber) {
  const customer = await f.stripe.customers.create({ metadata: { workspace_id: 'w' } });
  const session = await setup({ customer: customer.id, metadata: { a: 'b' } });
  expect(session).toMatchObject({ status: 'open', payment_status: 'no_payment_required', amount_total: null });
  f.standIn.control.checkOut(session.id, 'saved', card);
  const done = await f.stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent.payment_method'] });
  const intent = done.setup_intent as Stripe.SetupIntent;
  expect(intent).toMatchObject({ status: 'succeeded', usage: 'off_session', customer: customer.id });
  return { customer, method: intent.payment_method as Stripe.PaymentMethod };
}

const pay = (customer: string | undefined, method: string, change: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  f.stripe.paymentIntents.create({
    amount: 11_500,
    currency: 'usd',
    confirm: true,
    off_session: true,
    allowed_payment_method_types: ['card'],
    payment_method: method,
    ...(customer === undefined ? {} : { customer }),
    metadata: { checkout_id: 'c' },
    transfer_group: 'bounty:x',
    ...change,
  });

const refusalOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => error as InstanceType<typeof Stripe.errors.StripeError>,
  );

it('keeps a card for a customer and charges it without its holder', async () => {
  const { customer, method } = await keep('4242');
  expect(method).toMatchObject({ customer: customer.id, card: { last4: '4242', exp_month: 12 } });
  const intent = await pay(customer.id, method.id, { expand: ['latest_charge.balance_transaction'] });
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 11_500, customer: customer.id });
  const charge = intent.latest_charge as Stripe.Charge;
  expect(charge).toMatchObject({
    paid: true,
    transfer_group: 'bounty:x',
    metadata: { checkout_id: 'c' },
    payment_method: method.id,
    balance_transaction: { amount: 11_500, fee: 364 },
  });
  await f.standIn.control.flush();
  const types = f.received.map(({ type }) => type);
  for (const type of ['payment_method.attached', 'setup_intent.succeeded', 'payment_intent.succeeded'])
    expect(types).toContain(type);
});

it.each([
  ['0341', 'card_declined', 'generic_decline'],
  ['9995', 'card_declined', 'insufficient_funds'],
  ['3184', 'authentication_required', 'authentication_required'],
] as const)('says 402 for the card %s, and takes nothing', async (card, code, declineCode) => {
  const { customer, method } = await keep(card);
  const error = await refusalOf(pay(customer.id, method.id));
  expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
  expect(error).toMatchObject({ statusCode: 402, code, decline_code: declineCode });
  const intent = await f.stripe.paymentIntents.retrieve(error.payment_intent!.id);
  expect(intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code } });
  expect(intent.amount_received).toBe(0);
});

it('answers a declined payment the same under the same key', async () => {
  const { customer, method } = await keep('0341');
  const ask = () =>
    f.stripe.paymentIntents.create(
      {
        amount: 5_000,
        currency: 'usd',
        confirm: true,
        off_session: true,
        allowed_payment_method_types: ['card'],
        customer: customer.id,
        payment_method: method.id,
      },
      { idempotencyKey: 'once' },
    );
  const [first, second] = [await refusalOf(ask()), await refusalOf(ask())];
  expect(second.payment_intent!.id).toBe(first.payment_intent!.id);
});

describe('refuses as Stripe does', () => {
  it('sessions of mode setup with what only a payment has, or without a currency or types', async () => {
    const customer = await f.stripe.customers.create({});
    const lines = sessionParams().line_items ?? [];
    expect(await refusalOf(setup({ line_items: lines }))).toMatchObject({ param: 'line_items' });
    expect(
      await refusalOf(
        f.stripe.checkout.sessions.create({ mode: 'setup', success_url: 'https://a.example', customer: customer.id }),
      ),
    ).toMatchObject({ param: 'currency', code: 'parameter_missing' });
    expect(await refusalOf(setup({ customer: 'cus_none' }))).toMatchObject({ code: 'resource_missing' });
    expect(await refusalOf(setup({ customer: customer.id, customer_email: 'a@b.example' }))).toMatchObject({
      param: 'customer',
    });
    expect(
      await refusalOf(f.stripe.checkout.sessions.create(sessionParams({ setup_intent_data: { description: 'x' } }))),
    ).toMatchObject({ param: 'setup_intent_data' });
  });

  it('a card of somebody else, one that was given up, and one without its customer', async () => {
    const { customer, method } = await keep('4242');
    const other = await f.stripe.customers.create({});
    expect(await refusalOf(pay(other.id, method.id))).toMatchObject({ param: 'payment_method', statusCode: 400 });
    expect(await refusalOf(pay(undefined, method.id))).toMatchObject({ param: 'payment_method' });
    await f.stripe.paymentMethods.detach(method.id);
    expect(await refusalOf(pay(customer.id, method.id))).toMatchObject({ param: 'payment_method' });
    expect(await refusalOf(f.stripe.paymentMethods.detach(method.id))).toMatchObject({ statusCode: 400 });
  });

  it('off_session without confirm, no payment method, and amounts that cannot be charged', async () => {
    const { customer, method } = await keep('4242');
    expect(await refusalOf(pay(customer.id, method.id, { confirm: false }))).toMatchObject({ param: 'off_session' });
    expect(await refusalOf(pay(customer.id, method.id, { amount: 49 }))).toMatchObject({ code: 'amount_too_small' });
    expect(await refusalOf(pay(customer.id, method.id, { amount: 10_001, currency: 'kwd' }))).toMatchObject({
      param: 'amount',
    });
    expect(
      await refusalOf(
        f.stripe.paymentIntents.create({
          amount: 5_000,
          currency: 'usd',
          confirm: true,
          off_session: true,
          allowed_payment_method_types: ['card'],
          customer: customer.id,
        }),
      ),
    ).toMatchObject({ code: 'payment_intent_unexpected_state' });
  });
});
