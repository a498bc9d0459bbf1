import { Stripe } from 'stripe';
import type { Config } from '../platform/config.ts';
import { Failure } from '../platform/errors.ts';

const clients = new WeakMap<Config, Stripe>();
const timeoutMs = 20_000;

/**
 * The Stripe SDK as configured: the real service, or a compatible server at STRIPE_API_BASE. It does not retry by itself where a task
 * does. Throws `unavailable` when no key is set.
 */
export function stripeClient(config: Config): Stripe {
  const known = clients.get(config);
  if (known !== undefined) return known;
  const { secretKey, apiBase } = config.stripe;
  if (secretKey === undefined)
    throw new Failure('unavailable', 'Payments are not set up here. Set STRIPE_SECRET_KEY, or use `npm start`.');
  const client = new Stripe(secretKey, {
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
    ...addressOf(apiBase),
  });
  clients.set(config, client);
  return client;
}

function addressOf(apiBase: string | undefined) {
  if (apiBase === undefined) return {};
  const url = new URL(apiBase);
  return {
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    protocol: url.protocol === 'https:' ? ('https' as const) : ('http' as const),
  };
}
