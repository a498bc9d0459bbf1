import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { storeEvent, type StoredEvent } from './store-event.ts';
import { stripeClient } from './stripe-client.ts';

/** Stripe's own tolerance, https://docs.stripe.com/webhooks#replay-attacks. */
const toleranceSeconds = 300;

/**
 * Stores a webhook as it came, with the task that applies it, in one transaction; the same event again changes nothing. Throws
 * `invalid_request` for anything that is not signed by Stripe's key for us within five minutes, or is of the other mode (test, live),
 * and stores nothing then.
 */
export async function receiveWebhook(context: Context, rawBody: Buffer, signature: string | undefined): Promise<void> {
  const event = readEvent(context, rawBody, signature ?? '');
  const isLive = /^[rs]k_live_/.test(context.config.stripe.secretKey ?? '');
  if (event.livemode !== isLive) {
    throw new Failure(
      'invalid_request',
      `The webhook is of Stripe's ${event.livemode ? 'live' : 'test'} mode, and this Quarry's key is of the other. Send it to the right one.`,
    );
  }
  await context.database.transaction((trx) => storeEvent(trx, { ...event, payload: rawBody.toString('utf8') }));
}

type ReadEvent = Omit<StoredEvent, 'payload'>;

/** Each destination at Stripe signs with its own secret, and a rotated one counts for a while: the setting may list several. */
function readEvent(context: Context, rawBody: Buffer, signature: string): ReadEvent {
  const secrets = (context.config.stripe.webhookSecret ?? '').split(',').map((secret) => secret.trim());
  if (secrets[0] === '') throw new Failure('unavailable', 'Webhooks are not set up here. Set STRIPE_WEBHOOK_SECRET.');
  let refusal: unknown;
  for (const secret of secrets) {
    try {
      return verify(context, rawBody, signature, secret);
    } catch (error) {
      refusal = error;
    }
  }
  context.logger.warn({ err: refusal }, 'a webhook was refused');
  throw new Failure(
    'invalid_request',
    'The webhook is not signed with our secret, or is older than five minutes. Check STRIPE_WEBHOOK_SECRET.',
  );
}

/** Snapshot events carry their object; thin events (API v2) name it. Each is verified by its own function of the SDK. */
function verify(context: Context, rawBody: Buffer, signature: string, secret: string): ReadEvent {
  const stripe = stripeClient(context.config);
  const nowMs = context.clock.nowMs();
  if (isThin(rawBody)) {
    const event = stripe.parseEventNotification(rawBody, signature, secret, toleranceSeconds, undefined, nowMs);
    const related = 'related_object' in event ? (event.related_object as { id?: string } | null) : null;
    return { id: event.id, type: event.type, objectId: related?.id ?? null, livemode: event.livemode };
  }
  const event = stripe.webhooks.constructEvent(rawBody, signature, secret, toleranceSeconds, undefined, nowMs);
  const object = event.data.object as { id?: string };
  return { id: event.id, type: event.type, objectId: object.id ?? null, livemode: event.livemode };
}

/** Which kind a body says it is; the signature is checked after, so a lie only chooses which check refuses it. */
function isThin(rawBody: Buffer): boolean {
  try {
    return (JSON.parse(rawBody.toString('utf8')) as { object?: unknown }).object === 'v2.core.event';
  } catch {
    return false;
  }
}
