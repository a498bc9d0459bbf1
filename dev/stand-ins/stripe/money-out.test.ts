import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountParams, makePayee, openFixture, payForCharge, type Fixture } from './fixture.ts';
import { idOf } from './world.ts';

let fixture: Fixture;
let stripe: Stripe;

beforeEach(async () => {
  fixture = await openFixture();
  stripe = fixture.stripe;
});

afterEach(() => fixture.close());

async function totalMinor(options: Stripe.RequestOptions = {}): Promise<number> {
  const balance = await stripe.balance.retrieve({}, options);
  return (balance.available[0]?.amount ?? 0) + (balance.pending[0]?.amount ?? 0);
}

describe('a refund', () => {
  it('takes from the balance what it gives back, in parts, and never more than was paid', async () => {
    const charge = await payForCharge(fixture);
    const part = await stripe.refunds.create({ charge: charge.id, amount: 4_000, metadata: { outbox: '1' } });
    expect(part).toMatchObject({ status: 'succeeded', amount: 4_000, metadata: { outbox: '1' } });
    await expect(stripe.refunds.create({ charge: charge.id, amount: 7_501 })).rejects.toThrow(
      'is greater than unrefunded amount on charge ($75.00)',
    );
    await stripe.refunds.create({ payment_intent: idOf(charge.payment_intent) });
    await expect(stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ refunded: true, amount_refunded: 11_500 });
    expect(await totalMinor()).toBe(-364);
    expect((await stripe.refunds.list({ charge: charge.id })).data.map(({ amount }) => amount)).toEqual([7_500, 4_000]);
  });

  it('that fails later gives the money back to the balance', async () => {
    const charge = await payForCharge(fixture);
    const refund = await stripe.refunds.create({ charge: charge.id });
    fixture.standIn.control.failRefund(refund.id);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    });
    expect((await stripe.charges.retrieve(charge.id)).amount_refunded).toBe(0);
    expect(await totalMinor()).toBe(11_136);
    await fixture.standIn.control.flush();
    expect(fixture.received.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['refund.created', 'charge.refunded', 'refund.updated', 'refund.failed']),
    );
  });
});

describe('a transfer', () => {
  it('needs available money, unless it is from a charge', async () => {
    const charge = await payForCharge(fixture);
    const destination = await makePayee(fixture);
    const order = { amount: 10_000, currency: 'usd', destination, metadata: { outbox: '7' } };
    await expect(stripe.transfers.create(order)).rejects.toMatchObject({ code: 'balance_insufficient' });
    const transfer = await stripe.transfers.create({
      ...order,
      source_transaction: charge.id,
      transfer_group: 'bounty:B-7K3',
    });
    expect((await stripe.transfers.list({ transfer_group: 'bounty:B-7K3' })).data).toMatchObject([
      { id: transfer.id, metadata: { outbox: '7' } },
    ]);
    expect(await totalMinor()).toBe(1_136);
    expect(await totalMinor({ stripeAccount: destination })).toBe(10_000);
    const more = { ...order, amount: 1_501, source_transaction: charge.id };
    await expect(stripe.transfers.create(more)).rejects.toThrow('must not exceed the source amount');

    fixture.clock.nowMs += 2 * 24 * 3_600_000;
    await expect(stripe.transfers.create({ ...order, amount: 1_137 })).rejects.toMatchObject({
      code: 'balance_insufficient',
    });
    await stripe.transfers.create({ ...order, amount: 1_136 });
  });

  it('is refused to an account that has not completed its onboarding, or is not known', async () => {
    const charge = await payForCharge(fixture);
    const account = await stripe.v2.core.accounts.create(accountParams);
    const order = { amount: 100, currency: 'usd', source_transaction: charge.id };
    await expect(stripe.transfers.create({ ...order, destination: account.id })).rejects.toMatchObject({
      code: 'insufficient_capabilities_for_transfer',
    });
    await expect(stripe.transfers.create({ ...order, destination: 'acct_none' })).rejects.toMatchObject({
      code: 'resource_missing',
      statusCode: 400,
    });
  });

  it('can be reversed in parts, as far as the payee still has the money', async () => {
    const charge = await payForCharge(fixture);
    const destination = await makePayee(fixture);
    const transfer = await stripe.transfers.create({
      amount: 10_000,
      currency: 'usd',
      destination,
      source_transaction: charge.id,
    });
    await stripe.transfers.createReversal(transfer.id, { amount: 2_000 });
    await expect(stripe.transfers.createReversal(transfer.id, { amount: 8_001 })).rejects.toThrow(
      'greater than unreversed amount',
    );
    fixture.standIn.control.payOut({ account: destination, amount: 5_000, currency: 'usd' });
    await expect(stripe.transfers.createReversal(transfer.id)).rejects.toMatchObject({ code: 'balance_insufficient' });
    await stripe.transfers.createReversal(transfer.id, { amount: 3_000 });
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ amount_reversed: 5_000, reversed: false });
    expect((await stripe.transfers.listReversals(transfer.id)).data.map(({ amount }) => amount)).toEqual([
      3_000, 2_000,
    ]);
    expect(await totalMinor()).toBe(6_136);
  });
});

describe('a transfer reversed before its charge is available', () => {
  it('comes back pending, and may be made again from the charge', async () => {
    const charge = await payForCharge(fixture);
    const destination = await makePayee(fixture);
    const order = { amount: 11_500, currency: 'usd', destination, source_transaction: charge.id };
    const transfer = await stripe.transfers.create(order);
    await stripe.transfers.createReversal(transfer.id);
    const balance = await stripe.balance.retrieve();
    expect([balance.available[0]?.amount, balance.pending[0]?.amount]).toEqual([0, 11_136]);
    await stripe.transfers.create(order);
    await expect(stripe.transfers.create({ ...order, amount: 1 })).rejects.toThrow('must not exceed the source amount');
  });
});

describe('a dispute', () => {
  it('takes the amount and a fee, stops refunds, and gives the amount back when it is won', async () => {
    const charge = await payForCharge(fixture);
    const { id } = fixture.standIn.control.openDispute(charge.id);
    expect(await totalMinor()).toBe(11_136 - 11_500 - 1_500);
    await expect(stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({ code: 'charge_disputed' });
    fixture.standIn.control.closeDispute(id, 'won');
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'won', charge: charge.id });
    expect(await totalMinor()).toBe(11_136 - 1_500);
    await fixture.standIn.control.flush();
    expect(fixture.received.slice(-4).map(({ type }) => type)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ]);
  });
});

describe("a payee's payout", () => {
  it('that fails returns the money to the payee and says whose account it was', async () => {
    const charge = await payForCharge(fixture);
    const destination = await makePayee(fixture);
    await stripe.transfers.create({ amount: 10_000, currency: 'usd', destination, source_transaction: charge.id });
    const payout = fixture.standIn.control.payOut({ account: destination, currency: 'usd' });
    expect(await totalMinor({ stripeAccount: destination })).toBe(0);
    fixture.standIn.control.failPayout(payout.id);
    expect(await stripe.payouts.retrieve(payout.id, {}, { stripeAccount: destination })).toMatchObject({
      status: 'failed',
      failure_code: 'account_closed',
    });
    expect(await totalMinor({ stripeAccount: destination })).toBe(10_000);
    await fixture.standIn.control.flush();
    expect(fixture.received.at(-1)).toMatchObject({ type: 'payout.failed', account: destination });
  });
});

describe('the books', () => {
  it('explain the balance by its transactions, whatever happened', async () => {
    const charge = await payForCharge(fixture);
    const destination = await makePayee(fixture);
    const transfer = await stripe.transfers.create({
      amount: 6_000,
      currency: 'usd',
      destination,
      source_transaction: charge.id,
    });
    await stripe.refunds.create({ charge: charge.id, amount: 2_000 });
    await stripe.transfers.createReversal(transfer.id, { amount: 1_000 });
    fixture.standIn.control.topUp(700, 'usd');
    const since = fixture.clock.nowMs / 1000;
    const transactions = await stripe.balanceTransactions
      .list({ created: { gte: since }, limit: 2 })
      .autoPagingToArray({ limit: 100 });
    expect(transactions.map(({ type }) => type)).toEqual(['topup', 'transfer_refund', 'refund', 'transfer', 'charge']);
    expect(transactions.reduce((sum, one) => sum + one.net, 0)).toBe(await totalMinor());
    expect((await stripe.balanceTransactions.list({ created: { gt: since } })).data).toEqual([]);
  });

  it('list transactions as strictly as Stripe: by type and source, with the source expanded, page by page', async () => {
    const charge = await payForCharge(fixture);
    const refund = await stripe.refunds.create({ charge: charge.id, amount: 2_000 });
    const list = (params: Stripe.BalanceTransactionListParams) => stripe.balanceTransactions.list(params);
    const [newest] = (await list({ limit: 1 })).data;
    expect(newest).toMatchObject({ type: 'refund', source: refund.id, amount: -2_000, net: -2_000 });
    const next = await list({ limit: 1, starting_after: newest?.id ?? '' });
    expect(next).toMatchObject({ has_more: false, data: [{ type: 'charge', source: charge.id }] });
    expect((await list({ type: 'charge' })).data).toHaveLength(1);
    const [expanded] = (await list({ source: charge.id, expand: ['data.source'] })).data;
    expect(expanded?.source).toMatchObject({ object: 'charge', payment_intent: charge.payment_intent });
    for (const wrong of [
      { limit: 101 },
      { limit: 0 },
      { currency: 'nope' },
      { starting_after: 'txn_none' },
      { kind: 'charge' },
      { created: { since: 5 } },
      { expand: ['data.owner'] },
    ]) {
      await expect(list(wrong as Stripe.BalanceTransactionListParams)).rejects.toMatchObject({
        type: 'StripeInvalidRequestError',
      });
    }
  });
});
