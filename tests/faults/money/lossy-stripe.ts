import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startStripeStandIn, type StripeStandIn } from '../../../dev/stand-ins/stripe/start-stripe-stand-in.ts';
import { forwardRequest } from '../forward-request.ts';
import type { JsonValue } from '../../support/factories.ts';
import { listenLocally } from '../listen-locally.ts';
import type { Random } from '../seeded-random.ts';

export type LossyStripe = {
  standIn: StripeStandIn;
  /** Settings for the processes of Quarry: they reach Stripe over a line that loses answers. */
  env: Record<string, string>;
  /** Everything the stand-in has of one kind, such as `transfers`. */
  objects(kind: string): JsonValue[];
  /** `share` of the requests lose their answer, a third of those before anything was done. */
  lose(share: number): void;
  /** Where webhooks are delivered: to any of these, one after the other. */
  deliverTo(urls: string[]): void;
  counts: { asked: number; lostBefore: number; lostAfter: number; delivered: number; refused: number };
  close(): Promise<void>;
};

const secretKey = 'sk_test_faults';
const webhookSecret = 'whsec_faults';

/**
 * Starts the Stripe stand-in in this process, where no fault reaches it, behind a line that loses answers: by a reset, which the SDK
 * repeats once by itself, or by a cut after the first bytes, which it does not. Webhooks come twice, newest first.
 */
export async function startLossyStripe(random: Random): Promise<LossyStripe> {
  const standIn = await startStripeStandIn({ secretKey, webhookSecret, random: () => random.next() });
  standIn.control.setWebhooks({ duplicate: 2, reorder: true });
  const counts = { asked: 0, lostBefore: 0, lostAfter: 0, delivered: 0, refused: 0 };
  let share = 0;
  let targets: string[] = [];

  async function answerStripe(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    counts.asked += 1;
    const fate = random.next();
    if (fate < share / 3) {
      counts.lostBefore += 1;
      lose(random, response);
      return;
    }
    const answer = await forwardRequest(`${standIn.url}${request.url}`, request, body);
    if (fate < share) {
      counts.lostAfter += 1;
      lose(random, response);
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  /** As a load balancer does: to any process of the API; when that one is gone Stripe is told, and tries again. */
  async function deliver(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    try {
      const answer = await forwardRequest(`${random.pick(targets)}/api/webhooks/stripe`, request, body);
      if (answer.status === 200) counts.delivered += 1;
      else counts.refused += 1;
      response.writeHead(answer.status).end();
    } catch {
      counts.refused += 1;
      response.writeHead(502).end();
    }
  }

  const line = await listenLocally(answerStripe);
  const door = await listenLocally(deliver);
  standIn.setWebhookUrl(door.url);
  return {
    standIn,
    env: { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_BASE: line.url },
    objects: (kind) => (standIn.control.objects()[kind] ?? []) as JsonValue[],
    lose: (next) => (share = next),
    deliverTo: (urls) => (targets = urls),
    counts,
    async close() {
      await standIn.close();
      await Promise.all([line.close(), door.close()]);
    },
  };
}

function lose(random: Random, response: ServerResponse): void {
  if (random.next() < 0.5) {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 });
  response.write('{"id":"', () => response.socket?.destroy());
}
