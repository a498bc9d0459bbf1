import type { Context } from '../context.ts';
import { idOf, newId } from '../world.ts';
import type { InvoiceLine, Price, Subscription, SubscriptionItem } from './billing-objects.ts';

/**
 * The lines of a change in the middle of a period: credit for the rest of what goes, a charge for the rest of what comes, to the second and
 * rounded to the minor unit (docs.stripe.com/billing/subscriptions/prorations).
 */
export function prorate(
  context: Context,
  subscription: Subscription,
  change: { gone: SubscriptionItem[]; come: Price[]; at: number },
): InvoiceLine[] {
  const [first] = subscription.items.data;
  const start = first?.current_period_start ?? change.at;
  const end = first?.current_period_end ?? change.at;
  const part = (amount: number) => Math.round((amount * (end - change.at)) / (end - start));
  const day = new Date(change.at * 1000).toISOString().slice(0, 10);
  const line = (price: Price, sign: 1 | -1, item: string, words: string) =>
    makeLine(context, subscription, {
      price,
      item,
      amount: sign * part(price.unit_amount ?? 0),
      description: `${words} ${nameOf(context, price)} after ${day}`,
      period: { start: change.at, end },
      isProration: true,
    });
  return [
    ...change.gone.map((item) => line(item.price, -1, item.id, 'Unused time on')),
    ...change.come.map((price) => line(price, 1, newId('si_'), 'Remaining time on')),
  ];
}

/** The lines of a whole period. */
export function periodLines(context: Context, subscription: Subscription): InvoiceLine[] {
  return subscription.items.data.map((item) =>
    makeLine(context, subscription, {
      price: item.price,
      item: item.id,
      amount: (item.price.unit_amount ?? 0) * item.quantity,
      description: `${item.quantity} × ${nameOf(context, item.price)}`,
      period: { start: item.current_period_start, end: item.current_period_end },
      isProration: false,
    }),
  );
}

function nameOf(context: Context, price: Price): string {
  return context.world.products.get(idOf(price.product))?.name ?? price.id;
}

function makeLine(
  _context: Context,
  subscription: Subscription,
  line: {
    price: Price;
    item: string;
    amount: number;
    description: string;
    period: { start: number; end: number };
    isProration: boolean;
  },
): InvoiceLine {
  const { price, amount, description, period } = line;
  return {
    id: newId('il_'),
    object: 'line_item',
    amount,
    currency: price.currency,
    description,
    discount_amounts: [],
    discountable: !line.isProration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: { ...subscription.metadata },
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: line.isProration,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: line.item,
      },
      type: 'subscription_item_details',
    },
    period,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: idOf(price.product) },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity: 1,
    quantity_decimal: '1',
    subscription: subscription.id,
    subtotal: amount,
    taxes: [],
  };
}
