import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { ApiError, missing, refused } from '../wire/api-error.ts';
import { listPage, pageParams } from '../wire/list-page.ts';
import { expand, flag, hash, integer, metadata, oneOf, optional, text, type Read } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { listOf, type Subscription } from './billing-objects.ts';
import { changeItems, itemsParam } from './change-items.ts';
import { draftInvoice, makeInvoice } from './make-invoice.ts';
import { cardOf, collectInvoice, declineOfCard } from './pay-invoice.ts';

const updateParams = hash(
  {
    items: itemsParam,
    cancel_at_period_end: optional(flag),
    payment_behavior: optional(oneOf('allow_incomplete', 'error_if_incomplete')),
    proration_behavior: optional(oneOf('always_invoice', 'create_prorations', 'none')),
    proration_date: optional(integer()),
    metadata,
    expand,
  },
  [
    'add_invoice_items',
    'application_fee_percent',
    'automatic_tax',
    'billing_cycle_anchor',
    'billing_schedules',
    'billing_thresholds',
    'cancel_at',
    'cancellation_details',
    'collection_method',
    'days_until_due',
    'default_payment_method',
    'default_source',
    'default_tax_rates',
    'description',
    'discounts',
    'invoice_settings',
    'off_session',
    'on_behalf_of',
    'pause_collection',
    'payment_settings',
    'pending_invoice_item_interval',
    'transfer_data',
    'trial_end',
    'trial_from_plan',
    'trial_settings',
  ],
);

/** docs.stripe.com/api/subscriptions: made by a Checkout Session of mode `subscription`, read and changed here. */
export const subscriptionRoutes = [
  route(
    {
      method: 'GET',
      path: '/v1/subscriptions',
      params: hash({ ...pageParams, customer: optional(text()), status: optional(text()), expand }, [
        'collection_method',
        'created',
        'current_period_end',
        'current_period_start',
        'price',
      ]),
    },
    (context, { params }) => {
      const found = [...context.world.subscriptions.values()]
        .filter(({ customer }) => params.customer === undefined || customer === params.customer)
        .filter(({ status }) =>
          params.status === undefined ? status !== 'canceled' : params.status === 'all' || status === params.status,
        );
      return listPage(found, params, '/v1/subscriptions');
    },
  ),
  route({ method: 'GET', path: '/v1/subscriptions/:id', params: hash({ expand }) }, (context, { id }) =>
    findSubscription(context, id, 'id'),
  ),
  route({ method: 'POST', path: '/v1/subscriptions/:id', params: updateParams }, (context, { id, params }) =>
    updateSubscription(context, findSubscription(context, id, 'id'), params),
  ),
];

/** The subscription of this id; the error names the parameter that has it. */
export function findSubscription({ world }: Pick<Context, 'world'>, id: string, param: string): Subscription {
  const subscription = world.subscriptions.get(id);
  if (!subscription) throw missing('subscription', id, param);
  return subscription;
}

function updateSubscription(
  context: Context,
  subscription: Subscription,
  params: Read<typeof updateParams>,
): Subscription {
  if (subscription.status === 'canceled')
    throw refused('A canceled subscription can only update its cancellation_details and metadata.');
  const before = {
    items: structuredClone(subscription.items),
    cancel_at_period_end: subscription.cancel_at_period_end,
  };
  if (params.items !== undefined) applyItems(context, subscription, params);
  Object.assign(subscription.metadata, params.metadata);
  if (params.cancel_at_period_end !== undefined) setCancellation(context, subscription, params.cancel_at_period_end);
  emitEvent(context, 'customer.subscription.updated', subscription, { previous: before });
  return subscription;
}

function applyItems(context: Context, subscription: Subscription, params: Read<typeof updateParams>): void {
  if (params.proration_behavior !== 'always_invoice')
    throw refused('The local stand-in for Stripe changes items with `proration_behavior` `always_invoice` alone.', {
      param: 'proration_behavior',
    });
  const { items, lines } = changeItems(context, subscription, {
    items: params.items,
    at: params.proration_date,
    param: 'items',
  });
  const card = cardOf(context, subscription);
  const due = draftInvoice(context, subscription, { lines, reason: 'subscription_update' }).amount_due;
  const decline = due > 0 ? declineOfCard(card) : null;
  if (decline !== null && params.payment_behavior === 'error_if_incomplete')
    throw new ApiError(
      402,
      { type: 'card_error', code: decline.code, decline_code: decline.declineCode, message: decline.message },
      true,
    );
  subscription.items = listOf(items, subscription.items.url);
  const invoice = makeInvoice(context, subscription, { lines, reason: 'subscription_update' });
  if (!collectInvoice(context, invoice, card)) subscription.status = 'past_due';
}

function setCancellation(context: Context, subscription: Subscription, isEnding: boolean): void {
  const [first] = subscription.items.data;
  subscription.cancel_at_period_end = isEnding;
  subscription.cancel_at = isEnding ? (first?.current_period_end ?? null) : null;
  subscription.canceled_at = isEnding ? nowSeconds(context) : null;
}
