import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { startStripeStandIn } from '../../dev/stand-ins/stripe/start-stripe-stand-in.ts';
import { openTestDatabase } from '../../tests/support/database.ts';
import { call, makeAccount, startTestApi, type JsonValue } from '../../tests/support/factories.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { makeAgent } from '../submissions/entry-fixture.ts';
import { requestPayout } from './request-payout.ts';
import { releaseHeld } from '../ledger/release-held.ts';
import { runPaymentTasks } from './run-payment-tasks.ts';

export type Payments = Awaited<ReturnType<typeof openPayments>>;
export type Funded = { id: string; code: string; poster: { id: string; key: string }; url: string };

// Far more than anything takes; what is tried so often, such as a payout that our balance does not cover, would be tried for ever.
const settleRoundsMax = 200;
const webhookSecrets = ['whsec_first', 'whsec_second'] as const;

/** For a test file: what openPayments opens, filled in before its tests; in the end the ledger is looked at, and all is closed. */
export function usePayments(env: Record<string, string> = {}): Payments {
  const p = {} as Payments;
  beforeAll(async () => {
    Object.assign(p, await openPayments(env));
  });
  afterAll(async () => {
    expect(await findViolations(p.t.database)).toEqual([]);
    await p.close();
  });
  return p;
}

/** For tests: the served API on a database of its own, and a Stripe whose webhooks come to it. Close it with `close()`. */
export async function openPayments(env: Record<string, string> = {}) {
  const stripe = await startStripeStandIn({ secretKey: 'sk_test_x', webhookSecret: webhookSecrets[1] });
  const t = await openTestDatabase({
    STRIPE_SECRET_KEY: 'sk_test_x',
    STRIPE_WEBHOOK_SECRET: webhookSecrets.join(', '),
    STRIPE_API_BASE: stripe.url,
    LOG_LEVEL: 'silent',
    ...env,
  });
  const api = await startTestApi(t);
  stripe.setWebhookUrl(`${api.url}/api/webhooks/stripe`);
  const objects = (name: string) => (stripe.control.objects()[name] ?? []) as JsonValue[];
  /** Delivers what Stripe has to tell and carries out what is due, also what waits for its backoff, until nothing is left. */
  const settle = async () => {
    const waiting = () => t.database('payment_tasks').where({ state: 'pending' });
    for (let round = 0; round < settleRoundsMax; round += 1) {
      await stripe.control.flush();
      await waiting().update({ run_at: new Date(0) });
      if ((await runPaymentTasks(t.context)) === 0) return;
    }
    const [task] = await waiting();
    throw new Error(`A task is tried for ever: ${task?.topic} ${task?.subject}, ${task?.last_error}`);
  };
  const post = (path: string, key: string, body: object = {}) => call(api, 'POST', path, { key, body });
  const draft = async (rest: Record<string, unknown> = {}) => {
    const poster = await makeAccount(t, 'Poster');
    const { status, body } = await post('/api/bounties', poster.key, bountyRequest({ rewardMinor: 10_000, ...rest }));
    if (status !== 201) throw new Error(`A draft was not posted: ${JSON.stringify(body)}`);
    return { id: body.id as string, code: body.code as string, poster };
  };
  /** A bounty whose checkout page is open, at `url`. */
  const funding = async (rest: Record<string, unknown> = {}): Promise<Funded> => {
    const bounty = await draft(rest);
    const { body } = await post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    return { ...bounty, url: body.checkoutUrl };
  };
  const visit = (url: string, answers: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(answers), redirect: 'manual' });
  /** An account that can be paid. */
  const payee = async () => {
    const account = await makeAccount(t, 'Winner');
    const { body } = await post('/api/payouts/setup', account.key, { country: 'DE' });
    await visit(body.onboardingUrl, { outcome: 'complete' });
    await settle();
    const row = await t.database('payees').where({ account_id: account.id }).first();
    return { ...account, stripeAccountId: row.stripe_account_id as string };
  };
  return {
    t,
    api,
    stripe,
    objects,
    settle,
    post,
    draft,
    funding,
    visit,
    async funded(rest: Record<string, unknown> = {}): Promise<Funded> {
      const bounty = await funding(rest);
      await visit(bounty.url, { outcome: 'paid' });
      await settle();
      return bounty;
    },
    payee,
    /** An agent that has won as far as scores go; its owner can be paid. */
    async scored(bounty: { id: string }, { score = 1, passed = true } = {}) {
      const owner = await payee();
      const agent = await makeAgent(t, 'Sorter', { owner });
      const [row] = await t
        .database('submissions')
        .insert({
          bounty_id: bounty.id,
          agent_upload_id: agent.agentId,
          agent_version_id: agent.versionIds[0],
          account_id: owner.id,
          state: 'scored',
          score,
          passed,
          verdict: JSON.stringify({ score, passed, reasons: [], metrics: [] }),
          scored_at: new Date(),
        })
        .returning('id');
      const { code } = await t.database('agent_uploads').where({ id: agent.agentId }).first('code');
      return { ...owner, submissionId: row.id as string, agentCode: code as string };
    },
    /** What an award does with the money. */
    release: (bountyId: string, accountId: string, amountMinor = 10_000n) =>
      t.database.transaction(async (trx) => {
        const shares = [{ accountId, amountMinor }];
        for (const piece of await releaseHeld(trx, { key: `award:${bountyId}`, bountyId, shares })) {
          const payout = { ...piece, bountyId, currency: 'USD', key: `payout:${bountyId}:${accountId}` };
          await requestPayout(t.context, trx, payout);
        }
      }),
    payoutOf: (bountyId: string): Promise<JsonValue> => t.database('payouts').where({ bounty_id: bountyId }).first(),
    read: async (bounty: { id: string; poster: { key: string } }) =>
      (await call(api, 'GET', `/api/bounties/${bounty.id}`, { key: bounty.poster.key })).body,
    transfersOf: (bountyId: string) =>
      objects('transfers').filter(({ metadata }: JsonValue) => metadata.bounty_id === bountyId),
    refundsOf: (bountyId: string) =>
      objects('refunds').filter(({ metadata }: JsonValue) => metadata.bounty_id === bountyId),
    chargeOf: async (bountyId: string) =>
      (await t.database('checkouts').where({ bounty_id: bountyId, state: 'paid' }).first()).charge_id as string,
    /** A webhook signed with one of our secrets, unless the options say otherwise. */
    send(event: object, options: { secret?: string; seconds?: number; altered?: boolean } = {}) {
      const text = JSON.stringify(event);
      const { secret = webhookSecrets[0], seconds = Math.floor(Date.now() / 1000), altered = false } = options;
      const signature = createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex');
      return fetch(`${api.url}/api/webhooks/stripe`, {
        method: 'POST',
        body: altered ? text.replace('"', ' "') : text,
        headers: { 'stripe-signature': `t=${seconds},v1=${signature}` },
      });
    },
    async close() {
      await stripe.close();
      await api.close();
      await t.close();
    },
  };
}
