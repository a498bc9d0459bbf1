import { nowSeconds, type Context } from '../context.ts';
import { makeCard, type CardNumber } from '../customers/cards.ts';
import { emitEvent } from '../events/emit-event.ts';
import { idOf, newId, type Session } from '../world.ts';
import { addMonth, listOf, type Price, type Subscription, type SubscriptionItem } from './billing-objects.ts';
import { makeInvoice } from './make-invoice.ts';
import { collectInvoice } from './pay-invoice.ts';
import { findPrice } from './price-routes.ts';
import { periodLines } from './prorate.ts';

/** A person pays on the page of a session in mode `subscription`: the card is kept, the subscription begins and its first invoice is paid. */
export function completeSubscription(context: Context, session: Session, last4: CardNumber): void {
  const card = makeCard(context, idOf(session.customer), last4);
  const prices = (context.world.lineItems.get(session.id) ?? []).map((line) =>
    findPrice(context, line.price.id, 'price'),
  );
  const start = nowSeconds(context);
  const id = newId('sub_');
  const subscription: Subscription = {
    ...emptySubscription,
    id,
    billing_cycle_anchor: start,
    created: start,
    currency: session.currency ?? '',
    customer: idOf(session.customer),
    default_payment_method: card.id,
    items: listOf(
      prices.map((price) => makeItem(id, price, { start, end: addMonth(start) })),
      `/v1/subscription_items?subscription=${id}`,
    ),
    metadata: { ...context.world.subscriptionData.get(session.id)?.metadata },
    start_date: start,
    status: 'active',
  };
  context.world.subscriptions.set(id, subscription);
  emitEvent(context, 'payment_method.attached', card);
  const invoice = makeInvoice(context, subscription, {
    lines: periodLines(context, subscription),
    reason: 'subscription_create',
  });
  collectInvoice(context, invoice, card);
  Object.assign(session, {
    status: 'complete',
    payment_status: 'paid',
    url: null,
    subscription: id,
    invoice: invoice.id,
  });
  emitEvent(context, 'customer.subscription.created', subscription);
  emitEvent(context, 'checkout.session.completed', session);
}

/** One thing a subscription has, for one period. */
export function makeItem(subscription: string, price: Price, period: { start: number; end: number }): SubscriptionItem {
  return {
    id: newId('si_'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: period.start,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata: {},
    price,
    quantity: 1,
    subscription,
    tax_rates: [],
  };
}

const emptySubscription = {
  object: 'subscription',
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  latest_invoice: null,
  livemode: false,
  managed_payments: { enabled: false },
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  payment_settings: {
    payment_method_options: null,
    payment_method_types: null,
    save_default_payment_method: 'off',
  },
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  test_clock: null,
  transfer_data: null,
  trial_end: null,
  trial_settings: null,
  trial_start: null,
} satisfies Partial<Subscription>;
