import { globSync, readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../dev/stand-ins/stripe/api-routes.ts';
import { apiVersion } from '../../dev/stand-ins/stripe/context.ts';
import { checkPublished } from '../../dev/stand-ins/stripe/published/check-published.ts';
import { findRoute } from '../../dev/stand-ins/stripe/wire/route.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { openPayments, type Payments } from './payments-fixture.ts';
import { sweepPayments } from './sweep-payments.ts';

// Every request that the product sends to Stripe, against the parameters that Stripe publishes (dev/stand-ins/stripe/published).

/** Driven by api/wallets/*.test.ts: the charges of a workspace's card. */
const ofWallets = ['POST /v1/customers', 'POST /v1/payment_intents', 'GET /v1/payment_intents'];

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(() => p.close());

/** The operations that the code of these folders asks of Stripe: the calls of the SDK in it, and what the SDK requests for each. */
function operationsIn(folders: string): string[] {
  const sdk = new Stripe('sk_test_x');
  const found = new Set<string>();
  for (const file of globSync(`api/${folders}/*.ts`).filter((name) => !/test|fixture/.test(name))) {
    const text = readFileSync(file, 'utf8');
    for (const [, chain = ''] of text.matchAll(/\b(?:stripe|stripeClient\([^)]*\))((?:\s*\.\w+)+)\(/g)) {
      const names = chain.split('.').map((name) => name.trim());
      const method = names.slice(1).reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], sdk);
      const request = /_makeRequest\('(\w+)', (['`])(.+?)\2/.exec(String(method));
      if (request !== null) found.add(`${request[1]} ${request[3]?.replaceAll(/\$\{[^}]+\}/g, ':id')}`);
    }
  }
  return [...found].toSorted();
}

const received = () =>
  p.stripe.control.requests().map((request) => {
    const found = findRoute(apiRoutes, request.method, request.path);
    return { ...request, operation: found === null ? request.path : `${found.route.method} ${found.route.path}` };
  });

async function sweep(): Promise<void> {
  await p.t.database('payment_sweep').update({ swept_at: new Date(0) });
  await p.t.database('payees').update({ checked_at: new Date(0) });
  await sweepPayments(p.t.context);
  await p.settle();
}

/** What is asked of Stripe for the fifth time is looked for first. */
const tired = (topic: string) =>
  p.t.database('payment_tasks').where({ topic, state: 'pending' }).update({ attempt: 5 });

/** Everything that is ever asked of Stripe for a bounty, and for whom it pays. */
async function driveEveryFlow(): Promise<void> {
  const declined = await p.funding();
  await p.visit(declined.url, { outcome: 'failed' });
  await p.settle();
  const winner = await p.payee();
  const [awarded, lookedFor, disputed] = [await p.funded(), await p.funded(), await p.funded()];
  await p.release(awarded.id, winner.id);
  await p.settle();
  await p.release(lookedFor.id, winner.id, 4_000n);
  await tired('send_payout');
  await p.post(`/api/bounties/${lookedFor.id}/cancel`, lookedFor.poster.key);
  await tired('send_refund');
  await p.settle();
  p.stripe.control.openDispute(await p.chargeOf(disputed.id));
  const refunded = await p.funded();
  await p.post(`/api/bounties/${refunded.id}/cancel`, refunded.poster.key);
  await p.settle();
  p.stripe.control.topUp(1_000, 'usd');
  p.stripe.control.payOut({ account: winner.stripeAccountId, currency: 'usd' });
  p.stripe.control.payOut({ amount: 100, currency: 'usd' });
  const useless = await p.funding();
  await p.post(`/api/bounties/${useless.id}/cancel`, useless.poster.key);
  const charge = { id: await p.chargeOf(awarded.id), object: 'charge' };
  await p.send({ id: 'evt_fee', object: 'event', type: 'charge.updated', livemode: false, data: { object: charge } });
  await sweep();
  await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
}

describe('every request to Stripe', () => {
  it('is of an operation that Stripe publishes, wherever in the product it is sent', () => {
    const known = apiRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(operationsIn('**').filter((operation) => !known.includes(operation))).toEqual([]);
  });

  it('has the parameters that Stripe publishes, the version we pin, and a key where it changes something', async () => {
    await driveEveryFlow();
    const requests = received();
    for (const { operation, params } of requests) expect(() => checkPublished(operation, params)).not.toThrow();
    expect(requests.filter(({ stripeVersion }) => stripeVersion !== apiVersion)).toEqual([]);
    expect(requests.filter(({ method, idempotencyKey }) => method === 'POST' && !idempotencyKey)).toEqual([]);
    expect(requests.filter(({ status }) => status !== 200).map(({ operation }) => operation)).toEqual([]);
  });

  it('was seen: no operation that payments, chargebacks and reconciliation use is left out', () => {
    const seen = new Set([...received().map(({ operation }) => operation), ...ofWallets]);
    expect(operationsIn('{payments,chargebacks,reconciliation}').filter((operation) => !seen.has(operation))).toEqual(
      [],
    );
  });
});
