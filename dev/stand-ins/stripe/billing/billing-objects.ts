import type Stripe from 'stripe';
import type { LineItem } from '../world.ts';

/** On the wire a decimal is text, where the SDK's types show its own Decimal object. */
export type Price = LineItem['price'];

export type SubscriptionItem = Omit<Stripe.SubscriptionItem, 'price' | 'plan'> & { price: Price; quantity: number };

type List<T> = { object: 'list'; data: T[]; has_more: boolean; url: string };

export type Subscription = Omit<Stripe.Subscription, 'items'> & { id: string; items: List<SubscriptionItem> };

export type InvoiceLine = Omit<Stripe.InvoiceLineItem, 'quantity_decimal' | 'pricing'> & {
  quantity_decimal: string;
  pricing: { price_details: { price: string; product: string }; type: 'price_details'; unit_amount_decimal: string };
};

export type Invoice = Omit<Stripe.Invoice, 'lines'> & { id: string; lines: List<InvoiceLine> };

export function listOf<T>(data: T[], url: string): List<T> {
  return { object: 'list', data, has_more: false, url };
}

/** The same day a month later, or the last one of a shorter month, as a subscription is renewed. Seconds since 1970. */
export function addMonth(seconds: number): number {
  const from = new Date(seconds * 1000);
  const to = new Date(from);
  to.setUTCMonth(from.getUTCMonth() + 1);
  if (to.getUTCDate() !== from.getUTCDate()) to.setUTCDate(0);
  return Math.floor(to.getTime() / 1000);
}
