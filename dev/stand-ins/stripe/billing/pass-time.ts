import { nowSeconds, type Context } from '../context.ts';
import { makeCard, type CardNumber } from '../customers/cards.ts';
import { emitEvent } from '../events/emit-event.ts';
import { refused } from '../wire/api-error.ts';
import { idOf } from '../world.ts';
import { addMonth, type Invoice, type Subscription } from './billing-objects.ts';
import { findInvoice } from './invoice-routes.ts';
import { makeInvoice } from './make-invoice.ts';
import { cardOf, collectInvoice } from './pay-invoice.ts';
import { periodLines } from './prorate.ts';
import { findSubscription } from './subscription-routes.ts';

/**
 * The end of a subscription's period comes: it ends, when that was asked for, or begins the next period and is charged for it. `at` dates
 * its invoice, in seconds since 1970: now when left out, a moment before now for what has been waiting.
 */
export function renewSubscription(context: Context, id: string, at?: number): Subscription {
  const subscription = findSubscription(context, id, 'id');
  if (subscription.status === 'canceled') throw refused(`The subscription ${id} is canceled; it is not renewed.`);
  if (subscription.cancel_at_period_end) return endSubscription(context, id, 'cancellation_requested');
  for (const item of subscription.items.data) {
    item.current_period_start = item.current_period_end;
    item.current_period_end = addMonth(item.current_period_end);
  }
  const lines = periodLines(context, subscription);
  const invoice = makeInvoice(context, subscription, { lines, reason: 'subscription_cycle', at });
  const previous = { status: subscription.status };
  if (!collectInvoice(context, invoice, cardOf(context, subscription))) subscription.status = 'past_due';
  emitEvent(context, 'customer.subscription.updated', subscription, { previous });
  return subscription;
}

/** An open invoice is tried again, with the subscription's card or the one that is given. */
export function retryInvoice(context: Context, id: string, last4?: CardNumber): Invoice {
  const invoice = findInvoice(context, id);
  const subscription = findSubscription(context, idOf(invoice.parent?.subscription_details?.subscription), 'id');
  const card = last4 === undefined ? cardOf(context, subscription) : makeCard(context, idOf(invoice.customer), last4);
  if (!collectInvoice(context, invoice, card)) return invoice;
  const open = [...context.world.invoices.values()].some(
    (other) => other.status === 'open' && idOf(other.parent?.subscription_details?.subscription) === subscription.id,
  );
  const previous = { status: subscription.status };
  if (!open && (subscription.status === 'past_due' || subscription.status === 'unpaid')) subscription.status = 'active';
  emitEvent(context, 'customer.subscription.updated', subscription, { previous });
  return invoice;
}

/** The customer's card becomes another one, as the portal's page does it: it is charged from now on. */
export function setCard(context: Context, customer: string, last4: CardNumber): void {
  const card = makeCard(context, customer, last4);
  const owner = context.world.customers.get(customer);
  if (owner) owner.invoice_settings.default_payment_method = card.id;
  for (const subscription of context.world.subscriptions.values())
    if (subscription.customer === customer) subscription.default_payment_method = card.id;
  emitEvent(context, 'payment_method.attached', card);
  if (owner) emitEvent(context, 'customer.updated', owner);
}

/** A subscription ends now: asked for, or because all retries of a payment failed. */
export function endSubscription(
  context: Context,
  id: string,
  reason: 'cancellation_requested' | 'payment_failed',
): Subscription {
  const subscription = findSubscription(context, id, 'id');
  const now = nowSeconds(context);
  Object.assign(subscription, { status: 'canceled', ended_at: now, canceled_at: subscription.canceled_at ?? now });
  subscription.cancellation_details = { comment: null, feedback: null, feedback_option: null, reason };
  emitEvent(context, 'customer.subscription.deleted', subscription);
  return subscription;
}
