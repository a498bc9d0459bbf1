import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { startStripeStandIn, type StripeStandIn } from '../../../dev/stand-ins/stripe/start-stripe-stand-in.ts';
import { forwardRequest } from '../forward-request.ts';
import { listenLocally } from '../listen-locally.ts';

export type GatedStripe = {
  standIn: StripeStandIn;
  env: Record<string, string>;
  /** From now on Stripe does what such a request asks and keeps its answer, until `open` is called. */
  keepAnswers(match: string): { reached(): Promise<unknown>; open(): void };
  close(): Promise<void>;
};

/** The Stripe stand-in behind a line on which answers can be kept back. */
export async function startGatedStripe(): Promise<GatedStripe> {
  const standIn = await startStripeStandIn({ secretKey: 'sk_test_x', webhookSecret: 'whsec_x' });
  const gate = new EventEmitter().setMaxListeners(100);
  let kept: string | null = null;
  const line = await listenLocally(async (request, response) => {
    const answer = await forwardRequest(`${standIn.url}${request.url}`, request, await buffer(request));
    if (kept !== null && `${request.method} ${request.url}`.startsWith(kept)) {
      const opened = once(gate, 'open');
      gate.emit('reached');
      await opened;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  return {
    standIn,
    env: { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_x', STRIPE_API_BASE: line.url },
    keepAnswers(match) {
      kept = match;
      const reached = once(gate, 'reached');
      return {
        reached: () => reached,
        open() {
          kept = null;
          gate.emit('open');
        },
      };
    },
    async close() {
      await standIn.close();
      await line.close();
    },
  };
}
