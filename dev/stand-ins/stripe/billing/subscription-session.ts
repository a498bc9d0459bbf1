import { makeLineItem } from '../checkout/make-line-item.ts';
import type { SessionParams } from '../checkout/session-params.ts';
import type { Context } from '../context.ts';
import { refused } from '../wire/api-error.ts';
import { idOf, type LineItem } from '../world.ts';
import { findPrice } from './price-routes.ts';

type Line = NonNullable<SessionParams['line_items']>[number];

/** Throws what Stripe refuses of a session of mode `subscription`, and what is not acted on here. */
export function checkSubscriptionParams(params: SessionParams): void {
  if (params.payment_intent_data)
    throw refused('You can not pass `payment_intent_data` in `subscription` mode.', { param: 'payment_intent_data' });
  if (params.submit_type && params.submit_type !== 'subscribe')
    throw refused('You can only pass `submit_type` `subscribe` in `subscription` mode.', { param: 'submit_type' });
  if (params.customer === undefined)
    throw refused('The local stand-in for Stripe makes subscriptions of a `customer` that is given.', {
      param: 'customer',
    });
}

/** A line of a recurring price. */
export function subscriptionLine(context: Context, line: Line, place: number): LineItem {
  const param = `line_items[${place}][price]`;
  if (line.price === undefined || line.price_data !== undefined)
    throw refused('The local stand-in for Stripe takes `price` alone in mode `subscription`.', { param });
  if (line.quantity !== 1)
    throw refused('The local stand-in for Stripe takes `quantity` 1 alone in mode `subscription`.', {
      param: `line_items[${place}][quantity]`,
    });
  const price = findPrice(context, line.price, param);
  if (!price.active)
    throw refused(`The price specified is inactive. This field only accepts active prices.`, { param });
  return makeLineItem({
    currency: price.currency,
    unitAmount: price.unit_amount ?? 0,
    quantity: line.quantity,
    description: context.world.products.get(idOf(price.product))?.name ?? null,
    metadata: line.metadata,
    price,
  });
}
