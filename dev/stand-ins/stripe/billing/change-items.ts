import { nowSeconds, type Context } from '../context.ts';
import { invalidParam, missing, refused } from '../wire/api-error.ts';
import { flag, hash, integer, list, metadata, optional, text, type Read } from '../wire/params.ts';
import type { InvoiceLine, Price, Subscription, SubscriptionItem } from './billing-objects.ts';
import { makeItem } from './make-subscription.ts';
import { findPrice } from './price-routes.ts';
import { prorate } from './prorate.ts';

/** What an update, or a preview of one, says of the items. */
export const itemsParam = optional(
  list(
    hash(
      {
        id: optional(text()),
        price: optional(text()),
        deleted: optional(flag),
        quantity: optional(integer({ min: 1, max: 1 })),
        metadata,
      },
      ['billing_thresholds', 'clear_usage', 'current_trial', 'discounts', 'plan', 'price_data', 'tax_rates'],
    ),
    { max: 20 },
  ),
);

export type ItemsParam = Read<typeof itemsParam>;

export type Change = { items: SubscriptionItem[]; gone: SubscriptionItem[]; come: Price[]; lines: InvoiceLine[] };

/**
 * What a subscription would have after a change of its items, and the prorated lines of it. Throws what Stripe refuses: an item that is
 * not its, a price it has already, nothing left, another currency, a moment outside the current period.
 */
export function changeItems(
  context: Context,
  subscription: Subscription,
  params: { items: ItemsParam; at: number | undefined; param: string },
): Change {
  const [first] = subscription.items.data;
  const at = params.at ?? nowSeconds(context);
  if (first && (at < first.current_period_start || at > first.current_period_end))
    throw refused('Cannot specify a proration date outside of the current period.', {
      param: params.param.replace('items', 'proration_date'),
    });
  const gone: SubscriptionItem[] = [];
  const come: Price[] = [];
  for (const [index, asked] of (params.items ?? []).entries()) {
    const param = `${params.param}[${index}]`;
    const item = asked.id === undefined ? undefined : subscription.items.data.find(({ id }) => id === asked.id);
    if (asked.id !== undefined && !item) throw missing('subscription_item', asked.id, `${param}[id]`);
    if (asked.deleted === true) {
      if (!item) throw invalidParam('You must pass `id` to delete an item.', `${param}[id]`, 'parameter_missing');
      gone.push(item);
    } else if (asked.price !== undefined && item?.price.id !== asked.price) {
      const price = findPrice(context, asked.price, `${param}[price]`);
      checkPrice(subscription, price, `${param}[price]`);
      if (item) gone.push(item);
      come.push(price);
    } else if (!item) throw invalidParam('Missing required param: price.', `${param}[price]`, 'parameter_missing');
  }
  const left = subscription.items.data.filter((item) => !gone.includes(item));
  if (left.length + come.length === 0)
    throw refused('A subscription must have at least one active plan. Cancel it instead.', { param: params.param });
  const period = { start: first?.current_period_start ?? at, end: first?.current_period_end ?? at };
  return {
    items: [...left, ...come.map((price) => makeItem(subscription.id, price, period))],
    gone,
    come,
    lines: prorate(context, subscription, { gone, come, at }),
  };
}

function checkPrice(subscription: Subscription, price: Price, param: string): void {
  if (!price.active) throw refused(`The price ${price.id} is not active.`, { param });
  if (price.currency !== subscription.currency)
    throw refused(`The price is in ${price.currency}, and the subscription in ${subscription.currency}.`, { param });
  if (subscription.items.data.some((item) => item.price.id === price.id))
    throw refused(`Cannot add multiple subscription items with the same plan: ${price.id}.`, { param });
}
