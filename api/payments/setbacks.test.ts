import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAccount } from '../../tests/support/factories.ts';
import { accountBalance, findViolations, trialBalance } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from './payments-fixture.ts';
import { settleChargeback } from './settle-chargeback.ts';
import { stripeClient } from './stripe-client.ts';
import { sweepPayments } from './sweep-payments.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

const usd = (code: string) => accountBalance(p.t.database, code, 'USD');

/** The sweep as it comes a minute later. */
async function sweep(): Promise<void> {
  await p.t.database('payment_sweep').update({ swept_at: new Date(0) });
  await p.t.database('payees').update({ checked_at: new Date(0) });
  expect(await sweepPayments(p.t.context)).toBe(true);
  await p.settle();
}

describe('a checkout', () => {
  it('whose card was declined makes the bounty a draft again, and its page still works', async () => {
    const bounty = await p.funding();
    await p.visit(bounty.url, { outcome: 'failed' });
    await p.settle();
    expect((await p.read(bounty)).state).toBe('draft');
    const again = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    expect(again.body.checkoutUrl).toBe(bounty.url);
    await p.visit(bounty.url, { outcome: 'paid' });
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
  });

  it('is asked for again with the same key while Stripe is down, and refused with a sentence meanwhile', async () => {
    const bounty = await p.draft();
    p.stripe.control.setFaults({ failNext: { next: 3, status: 503, match: 'POST /v1/checkout' } });
    const down = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    expect(down).toMatchObject({ status: 502, body: { code: 'payment_provider' } });
    const up = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    expect(up).toMatchObject({ status: 200, body: { totalMinor: 11_500 } });
    expect(await p.t.database('checkouts').where({ bounty_id: bounty.id })).toHaveLength(1);
  });

  it('begins anew when our public address has changed after an answer was lost, and holds one payment of both pages', async () => {
    const bounty = await p.draft();
    const fund = () => p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    p.stripe.control.setFaults({ loseAnswers: { next: 1, how: 'truncated', match: 'POST /v1/checkout' } });
    expect((await fund()).status).toBe(502);
    const config = p.t.context.config as { publicUrl: string };
    const before = config.publicUrl;
    config.publicUrl = 'https://quarry.example';
    const up = await fund();
    config.publicUrl = before;
    expect(up.status).toBe(200);
    const pages = p.objects('sessions').filter(({ client_reference_id: id }) => id === bounty.id);
    expect(pages.map(({ success_url: url }) => new URL(url).origin)).toEqual([before, 'https://quarry.example']);
    for (const { url } of pages) await p.visit(url, { outcome: 'paid' });
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
    expect(p.refundsOf(bounty.id).map(({ amount }) => amount)).toEqual([11_500]);
  });

  it('that Stripe cannot charge leaves a draft and says so', async () => {
    const bounty = await p.draft({ rewardMinor: 10, currency: 'JPY' });
    const answer = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    expect(answer).toMatchObject({ status: 502, body: { detail: expect.stringContaining('amount_too_small') } });
    expect((await p.read(bounty)).state).toBe('draft');
  });

  it('takes three-decimal currencies only in the steps that cards have', async () => {
    const odd = await p.draft({ rewardMinor: 1_500, currency: 'KWD' });
    const refused = await p.post(`/api/bounties/${odd.id}/fund`, odd.poster.key, { dryRun: true });
    expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('0.200 KWD') } });
    const bounty = await p.funded({ rewardMinor: 2_000, currency: 'KWD' });
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 2_000, feeMinor: 300 });
  });

  it('paid twice, by two pages, holds the money once and sends the second payment back', async () => {
    const bounty = await p.funding();
    await p.t
      .database('checkouts')
      .where({ bounty_id: bounty.id })
      .update({ expires_at: new Date(0) });
    const second = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    expect(second.body.checkoutUrl).not.toBe(bounty.url);
    for (const url of [bounty.url, second.body.checkoutUrl]) await p.visit(url, { outcome: 'paid' });
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000, refundedMinor: 0 });
    expect(p.refundsOf(bounty.id)).toMatchObject([{ amount: 11_500, status: 'succeeded' }]);
    expect(await usd(`refund_payable:${bounty.id}`)).toBe(0n);
  });

  it('cannot be opened after the deadline', async () => {
    const bounty = await p.draft();
    await p.t
      .database('bounties')
      .where({ id: bounty.id })
      .update({ deadline: new Date(0) });
    expect(await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key)).toMatchObject({ status: 409 });
    expect((await p.read(bounty)).state).toBe('draft');
  });
});

describe('a refund', () => {
  it('that the card does not take is owed again, and an admin hears of it', async () => {
    const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
    const bounty = await p.funded();
    await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
    await p.settle();
    expect(await usd(`refund_payable:${bounty.id}`)).toBe(0n);
    p.stripe.control.failRefund(p.refundsOf(bounty.id)[0].id);
    await p.settle();
    expect(await usd(`refund_payable:${bounty.id}`)).toBe(11_500n);
    const [refund] = await p.t.database('refunds').where({ bounty_id: bounty.id });
    expect(refund).toMatchObject({ state: 'failed', problem: expect.stringContaining('expired_or_canceled_card') });
    const [alarm] = await p.t.database('events').where({ type: 'payment.needs_attention', account_id: admin.id });
    expect(alarm.payload).toMatchObject({ topic: 'refund', subject: refund.id });
  });

  it('is made once when the answer is lost', async () => {
    const bounty = await p.funded();
    p.stripe.control.setFaults({ loseAnswers: { next: 2, how: 'truncated', match: 'POST /v1/refunds' } });
    await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
    await p.settle();
    expect(p.refundsOf(bounty.id)).toHaveLength(1);
    expect(await p.t.database('refunds').where({ bounty_id: bounty.id })).toMatchObject([{ state: 'sent' }]);
  });
});

describe('a chargeback', () => {
  it('freezes the money while the bank decides, and lets it go on when it is won', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    await p.settle();
    expect(await usd('disputes')).toBe(11_500n);
    await expect(p.release(bounty.id, winner.id)).rejects.toThrow('disputed at the bank');
    expect(await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key)).toMatchObject({
      status: 409,
      body: { code: 'illegal_state', detail: expect.stringContaining('disputed at the bank') },
    });
    p.stripe.control.closeDispute(id, 'won');
    await p.settle();
    expect(await usd('disputes')).toBe(0n);
    await p.release(bounty.id, winner.id);
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
  });

  it('holds back a payout that has not left yet, and lets it leave when it is won', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'due' });
    const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    await settleChargeback(p.t.context, id);
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'waiting' });
    await p.settle();
    await sweep();
    expect(p.transfersOf(bounty.id)).toHaveLength(0);
    p.stripe.control.closeDispute(id, 'won');
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
  });

  it('that is lost is covered by what is held, and nothing is frozen any more', async () => {
    const before = await usd('disputes');
    const bounty = await p.funded();
    const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    await p.settle();
    p.stripe.control.closeDispute(id, 'lost');
    await p.settle();
    expect((await usd('disputes')) - before).toBe(0n);
    expect(await p.t.database('chargebacks').where({ bounty_id: bounty.id })).toMatchObject([{ state: 'lost' }]);
    expect(await p.read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0, refundedMinor: 11_500 });
    const [hold] = await p.t.database('ledger.holds').where({ bounty_id: bounty.id });
    expect(hold.frozen_reason).toBeNull();
  });
});

describe('the sweep', () => {
  it('fetches events whose webhooks never came', async () => {
    const bounty = await p.funding();
    p.stripe.control.setWebhooks({ drop: true });
    await p.visit(bounty.url, { outcome: 'paid' });
    await p.settle();
    expect((await p.read(bounty)).state).toBe('funding');
    p.stripe.control.setWebhooks({ drop: false });
    await sweep();
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
  });

  it('pays a winner whose onboarding ended unheard', async () => {
    const winner = await makeAccount(p.t, 'Winner');
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    const setup = await p.post('/api/payouts/setup', winner.key, { country: 'FR' });
    await p.settle();
    p.stripe.control.setWebhooks({ drop: true });
    await p.visit(setup.body.onboardingUrl, { outcome: 'complete' });
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'waiting' });
    p.stripe.control.setWebhooks({ drop: false });
    await sweep();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
  });

  it('ends a checkout that a dead process never opened', async () => {
    const bounty = await p.draft();
    p.stripe.control.setFaults({ failNext: { next: 3, status: 503, match: 'POST /v1/checkout' } });
    await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    expect((await p.read(bounty)).state).toBe('funding');
    await p.t
      .database('checkouts')
      .where({ bounty_id: bounty.id })
      .update({ expires_at: new Date(0) });
    await sweep();
    expect((await p.read(bounty)).state).toBe('draft');
  });

  it('closes the page of a bounty that was cancelled', async () => {
    const bounty = await p.funding();
    await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
    await sweep();
    const late = await p.visit(bounty.url, { outcome: 'paid' });
    expect(late.status).toBeGreaterThanOrEqual(400);
    expect(await p.t.database('checkouts').where({ bounty_id: bounty.id })).toMatchObject([{ state: 'expired' }]);
  });

  it('is done by one of many callers a minute', async () => {
    await p.t.database('payment_sweep').update({ swept_at: new Date(0) });
    const turns = await Promise.all([1, 2, 3, 4].map(() => sweepPayments(p.t.context)));
    expect(turns.filter(Boolean)).toHaveLength(1);
  });
});

it('leaves every currency balanced, and cash equal to what Stripe has of each', async () => {
  await p.settle();
  const balance = await stripeClient(p.t.context.config).balance.retrieve();
  const totals = Map.groupBy(await trialBalance(p.t.database), ({ currency }) => currency);
  expect(totals.size).toBeGreaterThan(1);
  for (const [currency, rows] of totals) {
    expect(rows.reduce((sum, { totalMinor }) => sum + totalMinor, 0n)).toBe(0n);
    const atStripe = [...balance.available, ...balance.pending]
      .filter((part) => part.currency.toUpperCase() === currency)
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    expect(rows.find(({ account }) => account === 'cash')?.totalMinor).toBe(atStripe);
  }
});
