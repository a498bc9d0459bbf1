import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Stripe } from 'stripe';
import { startStripeStandIn, type StripeStandIn } from './start-stripe-stand-in.ts';

export const secretKey = 'sk_test_quarryStandIn';

const webhookSecret = 'whsec_quarryStandIn';

export type Received = {
  id: string;
  type: string;
  object: string;
  account: string | null;
  data: Record<string, unknown>;
};

export type Fixture = {
  stripe: Stripe;
  standIn: StripeStandIn;
  /** Webhooks in the order they came; each was verified by the SDK before it was kept. */
  received: Received[];
  /** What the webhook endpoint answers next, in turn; 200 when empty. */
  answers: number[];
  clock: { nowMs: number };
  /** Resolves when the next webhook of this type has come. */
  arrival: (type: string) => Promise<unknown>;
  stripeAt: (port: number, key?: string) => Stripe;
  close: () => Promise<void>;
};

/** A stand-in with a stopped clock, the real SDK on it, and an endpoint that verifies what it is sent. */
export async function openFixture(options: { stateFile?: string } = {}): Promise<Fixture> {
  const clock = { nowMs: Date.UTC(2026, 10, 24, 12) };
  const received: Received[] = [];
  const answers: number[] = [];
  const arrivals = new EventEmitter();
  const verifier = new Stripe(secretKey);
  const endpoint = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = answers.shift();
      const signature = String(request.headers['stripe-signature']);
      const event = asked === undefined ? verify(verifier, Buffer.concat(chunks), signature, clock.nowMs) : null;
      response.writeHead(asked ?? (event ? 200 : 400)).end();
      if (event) received.push(event);
      if (event) arrivals.emit(event.type);
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.address() as AddressInfo;
  const webhookUrl = `http://127.0.0.1:${port}/webhooks`;
  const standIn = await startStripeStandIn({
    secretKey,
    webhookSecret,
    webhookUrl,
    clock: () => clock.nowMs,
    ...options,
  });
  return {
    stripe: stripeAt(standIn.port),
    standIn,
    received,
    answers,
    clock,
    arrival: (type) => once(arrivals, type),
    stripeAt,
    async close() {
      await standIn.close();
      endpoint.closeAllConnections();
      await new Promise((resolve) => endpoint.close(resolve));
    },
  };
}

/** What a bounty's checkout asks for: 100.00 and the fee. */
export function sessionParams(
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    success_url: 'https://quarry.example/paid?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://quarry.example/back',
    client_reference_id: 'B-7K3',
    metadata: { bounty: 'B-7K3' },
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 10_000, product_data: { name: 'Reward of B-7K3' } } },
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 1_500, product_data: { name: 'Fee (15 %)' } } },
    ],
    payment_intent_data: { transfer_group: 'bounty:B-7K3', metadata: { bounty: 'B-7K3' } },
    ...change,
  };
}

/** A paid session's charge, of 115.00 unless the parameters say otherwise. */
export async function payForCharge(
  fixture: Fixture,
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Charge> {
  const session = await fixture.stripe.checkout.sessions.create(sessionParams(change));
  fixture.standIn.control.checkOut(session.id, 'paid');
  const paid = await fixture.stripe.checkout.sessions.retrieve(session.id, {
    expand: ['payment_intent.latest_charge'],
  });
  return (paid.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge;
}

/** A payee's account that completed its onboarding. */
export async function makePayee(fixture: Fixture): Promise<string> {
  const account = await fixture.stripe.v2.core.accounts.create(accountParams);
  fixture.standIn.control.onboard(account.id, 'complete', 'DE');
  return account.id;
}

export const accountParams: Stripe.V2.Core.AccountCreateParams = {
  contact_email: 'dev@agents.example',
  display_name: 'Dev of agents',
  dashboard: 'express',
  configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
  defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
  include: ['configuration.recipient', 'requirements', 'identity'],
};

function stripeAt(port: number, key = secretKey): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}

// What the SDK accepts; null, which is answered with 400, for a signature it does not.
function verify(stripe: Stripe, body: Buffer, signature: string, receivedAtMs: number): Received | null {
  const { object } = JSON.parse(body.toString('utf8')) as { object: string };
  try {
    if (object === 'v2.core.event') {
      const event = stripe.parseEventNotification(body, signature, webhookSecret, undefined, undefined, receivedAtMs);
      return { id: event.id, type: event.type, object, account: null, data: { ...event } };
    }
    const event = stripe.webhooks.constructEvent(body, signature, webhookSecret, undefined, undefined, receivedAtMs);
    return { id: event.id, type: event.type, object, account: event.account ?? null, data: event.data.object as never };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return null;
    throw error;
  }
}
