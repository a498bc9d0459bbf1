import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStripeStandIn, type StripeStandIn } from '../../dev/stand-ins/stripe/start-stripe-stand-in.ts';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import { findViolations, trialBalance } from '../ledger/find-balances.ts';
import type { ServedApi } from '../serve.ts';
import { finishRuns, makeAgent } from '../submissions/entry-fixture.ts';
import { settleSubmission } from '../submissions/settle-submission.ts';
import { stripeClient } from './stripe-client.ts';
import { runPaymentTasks } from './run-payment-tasks.ts';

const webhookSecret = 'whsec_test';
let t: TestDatabase;
let api: ServedApi;
let stripe: StripeStandIn;

beforeAll(async () => {
  stripe = await startStripeStandIn({ secretKey: 'sk_test_x', webhookSecret });
  t = await openTestDatabase({
    STRIPE_SECRET_KEY: 'sk_test_x',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: stripe.url,
  });
  api = await startTestApi(t);
  stripe.setWebhookUrl(`${api.url}/api/webhooks/stripe`);
});
afterAll(async () => {
  expect(await findViolations(t.database)).toEqual([]);
  await stripe.close();
  await api.close();
  await t.close();
});

const bountyBody = {
  title: 'Echo',
  brief: 'Return the input.',
  rewardMinor: 10_000,
  currency: 'USD',
  deadline: new Date(Date.now() + 86_400_000).toISOString(),
  mode: 'winner',
  metrics: [{ kind: 'exact' }],
  cases: [{ visibility: 'private', input: 1, expected: 1 }],
};

async function draft() {
  const poster = await makeAccount(t, 'Poster');
  const { body } = await call(api, 'POST', '/api/bounties', { key: poster.key, body: bountyBody });
  return { poster, id: body.id as string, code: body.code as string };
}

/** Delivers what Stripe wants to tell, and carries out what is due, until nothing is left. */
async function settle(): Promise<void> {
  await stripe.control.flush();
  while ((await runPaymentTasks(t.context)) > 0) await stripe.control.flush();
}

async function pay(bounty: { id: string; poster: { key: string } }, outcome = 'paid') {
  const funded = await call(api, 'POST', `/api/bounties/${bounty.id}/fund`, { key: bounty.poster.key, body: {} });
  await fetch(funded.body.checkoutUrl, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });
  return funded.body;
}

/** A paid bounty with one right agent, awarded to it. */
async function awarded() {
  const bounty = await draft();
  await pay(bounty);
  await settle();
  const agent = await makeAgent(t, 'Echoer');
  const submitted = await call(api, 'POST', `/api/bounties/${bounty.id}/submissions`, {
    key: agent.owner.key,
    body: { versionId: agent.versionIds[0] },
  });
  await finishRuns(t, submitted.body.id, [{ output: 1 }]);
  await t.database.transaction((trx) => settleSubmission(t.context, trx, submitted.body.id));
  const answer = await call(api, 'POST', `/api/bounties/${bounty.id}/award`, {
    key: bounty.poster.key,
    body: { submissionId: submitted.body.id },
  });
  expect(answer).toMatchObject({ status: 200, body: { state: 'awarded' } });
  return { bounty, winner: agent.owner };
}

const read = async (bounty: { id: string; poster: { key: string } }) =>
  (await call(api, 'GET', `/api/bounties/${bounty.id}`, { key: bounty.poster.key })).body;

describe('funding', () => {
  it('shows the exact figures first and charges nothing', async () => {
    const bounty = await draft();
    const { body } = await call(api, 'POST', `/api/bounties/${bounty.id}/fund`, {
      key: bounty.poster.key,
      body: { dryRun: true },
    });
    expect(body).toEqual({
      checkoutUrl: null,
      decideBy: expect.any(String),
      holdUntil: expect.any(String),
      rewardMinor: 10_000,
      feeMinor: 1_500,
      premiumMinor: 0,
      totalMinor: 11_500,
      currency: 'USD',
    });
    expect((await read(bounty)).state).toBe('draft');
  });

  it('opens one checkout however often it is asked for, and the bounty once it is paid', async () => {
    const bounty = await draft();
    const asked = await Promise.all(
      [1, 2, 3].map(() => call(api, 'POST', `/api/bounties/${bounty.id}/fund`, { key: bounty.poster.key, body: {} })),
    );
    expect(new Set(asked.map(({ body }) => body.checkoutUrl)).size).toBe(1);
    await pay(bounty);
    await settle();
    expect(await read(bounty)).toMatchObject({
      state: 'open',
      heldMinor: 10_000,
      feeMinor: 1_500,
      releasedMinor: 0,
      refundedMinor: 0,
    });
  });

  it('happens once when every webhook comes twice and out of order', async () => {
    stripe.control.setWebhooks({ duplicate: true, reorder: true });
    const bounty = await draft();
    await pay(bounty);
    await settle();
    stripe.control.setWebhooks({ duplicate: false, reorder: false });
    expect(await read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
    expect(await t.database('ledger.transfers').where({ bounty_id: bounty.id })).toHaveLength(1);
  });

  it('goes back to draft when the checkout is left, and can be tried again', async () => {
    const bounty = await draft();
    await pay(bounty, 'abandoned');
    await settle();
    expect((await read(bounty)).state).toBe('draft');
    await pay(bounty);
    await settle();
    expect((await read(bounty)).state).toBe('open');
  });

  it("is refused for somebody else's draft, which looks as if it were not there, and for what is funded", async () => {
    const bounty = await draft();
    const other = await makeAccount(t, 'Other');
    expect((await call(api, 'POST', `/api/bounties/${bounty.id}/fund`, { key: other.key, body: {} })).status).toBe(404);
    await pay(bounty);
    await settle();
    expect((await call(api, 'POST', `/api/bounties/${bounty.id}/fund`, { key: other.key, body: {} })).status).toBe(403);
    expect(
      (await call(api, 'POST', `/api/bounties/${bounty.id}/fund`, { key: bounty.poster.key, body: {} })).status,
    ).toBe(409);
    expect(
      (await call(api, 'POST', `/api/bounties/${bounty.id}/fund`, { key: bounty.poster.key, body: { insured: true } }))
        .status,
    ).toBe(409);
  });

  it('that arrives after the bounty was cancelled goes back in full', async () => {
    const bounty = await draft();
    stripe.control.setWebhooks({ hold: true });
    await pay(bounty);
    await call(api, 'POST', `/api/bounties/${bounty.id}/cancel`, { key: bounty.poster.key, body: {} });
    stripe.control.setWebhooks({ hold: false });
    await settle();
    expect(await read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0, refundedMinor: 11_500 });
    expect(await t.database('refunds').where({ bounty_id: bounty.id })).toMatchObject([
      { state: 'sent', amount_minor: 11_500n },
    ]);
  });
});

describe('money going out', () => {
  it('is refunded in full, fee included, when the poster cancels', async () => {
    const bounty = await draft();
    await pay(bounty);
    await settle();
    const preview = await call(api, 'POST', `/api/bounties/${bounty.id}/cancel`, {
      key: bounty.poster.key,
      body: { dryRun: true },
    });
    expect(preview.body.preview).toMatchObject({ refundMinor: 11_500 });
    expect(
      (await call(api, 'POST', `/api/bounties/${bounty.id}/cancel`, { key: bounty.poster.key, body: {} })).status,
    ).toBe(200);
    await settle();
    expect(await read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0, refundedMinor: 11_500 });
    expect(await t.database('refunds').where({ bounty_id: bounty.id })).toMatchObject([{ state: 'sent' }]);
  });

  it('waits for the winner to set up payouts, then leaves once, even when Stripe loses its answers', async () => {
    const { bounty, winner } = await awarded();
    const before = await call(api, 'GET', '/api/payouts', { key: winner.key });
    expect(before.body).toMatchObject({
      account: { state: 'none' },
      balances: [{ currency: 'USD', payableMinor: 10_000 }],
      payouts: [{ state: 'waiting' }],
    });
    const setup = await call(api, 'POST', '/api/payouts/setup', { key: winner.key, body: { country: 'DE' } });
    await fetch(setup.body.onboardingUrl, {
      method: 'POST',
      body: new URLSearchParams({ outcome: 'complete' }),
      redirect: 'manual',
    });
    await stripe.control.flush();
    stripe.control.setFaults({ loseAnswers: { next: 2 } });
    await settle();
    await t
      .database('payment_tasks')
      .where({ state: 'pending' })
      .update({ run_at: new Date(0) });
    await settle();
    const after = await call(api, 'GET', '/api/payouts', { key: winner.key });
    expect(after.body).toMatchObject({
      account: { state: 'active', country: 'DE' },
      balances: [],
      payouts: [{ state: 'sent', amountMinor: 10_000 }],
    });
    const transfers = Object.values(stripe.control.objects()['transfers'] ?? []) as {
      metadata: Record<string, string>;
    }[];
    expect(transfers.filter(({ metadata }) => metadata['bounty_id'] === bounty.id)).toHaveLength(1);
  });

  it('refuses a country that cannot be paid before anything is made', async () => {
    const { key } = await makeAccount(t);
    const answer = await call(api, 'POST', '/api/payouts/setup', { key, body: { country: 'KP' } });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining('KP') } });
    expect((await call(api, 'GET', '/api/payouts', { key })).body.account.state).toBe('none');
  });
});

describe('a webhook', () => {
  const body = JSON.stringify({
    id: 'evt_forged',
    object: 'event',
    type: 'checkout.session.completed',
    livemode: false,
    data: { object: { id: 'cs_1' } },
  });
  const sign = (secret: string, seconds: number, text: string) =>
    `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex')}`;
  const send = (text: string, signature?: string) =>
    fetch(`${api.url}/api/webhooks/stripe`, {
      method: 'POST',
      body: text,
      headers: signature ? { 'stripe-signature': signature } : {},
    });
  const now = () => Math.floor(Date.now() / 1000);

  it('with a wrong, old, missing or foreign signature is refused and not stored', async () => {
    const answers = await Promise.all([
      send(body),
      send(body, 'nonsense'),
      send(body, sign('whsec_other', now(), body)),
      send(body, sign(webhookSecret, now() - 301, body)),
      send(`${body} `, sign(webhookSecret, now(), body)),
      send(body.replace('event', 'v2.core.event'), sign('whsec_other', now(), body)),
    ]);
    for (const answer of answers)
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'invalid_request']);
    expect(await t.database('stripe_events').where({ id: 'evt_forged' })).toEqual([]);
  });

  it('is stored once when it comes twice', async () => {
    const text = body.replace('evt_forged', 'evt_twice').replace('checkout.session.completed', 'product.created');
    for (const _ of [1, 2]) expect((await send(text, sign(webhookSecret, now(), text))).status).toBe(200);
    expect(await t.database('payment_tasks').where({ subject: 'evt_twice' })).toHaveLength(1);
  });
});

it('leaves the books balanced, and cash equal to what Stripe has', async () => {
  await settle();
  const totals = await trialBalance(t.database);
  expect(totals.reduce((sum, { totalMinor }) => sum + totalMinor, 0n)).toBe(0n);
  const balance = await stripeClient(t.context.config).balance.retrieve();
  const atStripe = [...balance.available, ...balance.pending].reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  expect(totals.find(({ account }) => account === 'cash')?.totalMinor).toBe(atStripe);
});
