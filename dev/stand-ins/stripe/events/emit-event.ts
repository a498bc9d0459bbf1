import type Stripe from 'stripe';
import { apiVersion, nowSeconds, nowText, type Context } from '../context.ts';
import { newId } from '../world.ts';

/** Records a snapshot event (docs.stripe.com/api/events) with a copy of the object as it is now, and sends it to the webhook. */
export function emitEvent(
  context: Context,
  type: Stripe.Event['type'],
  object: object,
  details: { account?: string; previous?: object } = {},
): void {
  const event = {
    id: newId('evt_'),
    object: 'event',
    ...(details.account && { account: details.account }),
    api_version: apiVersion,
    created: nowSeconds(context),
    data: { object: structuredClone(object), ...(details.previous && { previous_attributes: details.previous }) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: context.cause?.requestId ?? null, idempotency_key: context.cause?.idempotencyKey ?? null },
    type,
  } as unknown as Stripe.Event;
  context.world.events.set(event.id, event);
  context.webhooks.send({ id: event.id, type, body: JSON.stringify(event) });
}

/**
 * Records a v2 event and sends its thin notification (docs.stripe.com/event-destinations#thin-events):
 * accounts made with Accounts v2 tell their changes this way. `data` is only there when the event is fetched.
 */
export function emitThinEvent(context: Context, type: string, relatedObject: object | null, data: object | null): void {
  const notification = {
    id: newId('evt_test_'),
    object: 'v2.core.event',
    context: null,
    created: nowText(context),
    livemode: false,
    reason: context.cause
      ? {
          type: 'request',
          request: { id: context.cause.requestId, idempotency_key: context.cause.idempotencyKey ?? '' },
        }
      : null,
    related_object: relatedObject,
    type,
  };
  context.world.thinEvents.set(notification.id, { notification, data });
  context.webhooks.send({ id: notification.id, type, body: JSON.stringify(notification) });
}
