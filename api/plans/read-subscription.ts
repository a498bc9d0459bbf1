import type Stripe from 'stripe';
import { addonNames, type AddonName } from './catalogue.ts';

/** A subscription in our words; the past-due moment is found apart, because it is of its invoices. */
export type ReadSubscription = {
  id: string;
  workspaceId: string | null;
  customerId: string;
  status: string;
  plan: 'pro' | null;
  addons: AddonName[];
  cancelsAt: Date | null;
  periodStart: Date | null;
  periodEnd: Date | null;
  endedAt: Date | null;
  createdAt: Date;
};

/** Reads Stripe's object (https://docs.stripe.com/api/subscriptions/object); what it is made of is told by the metadata of its prices. */
export function readSubscription(subscription: Stripe.Subscription): ReadSubscription {
  const { items, customer } = subscription;
  const sold = new Set(items.data.map(({ price }) => price.metadata['sold']));
  const [first] = items.data;
  return {
    id: subscription.id,
    workspaceId: subscription.metadata['workspace_id'] ?? null,
    customerId: typeof customer === 'string' ? customer : customer.id,
    status: subscription.status,
    plan: sold.has('pro') ? 'pro' : null,
    addons: addonNames.filter((addon) => sold.has(addon)),
    cancelsAt: at(
      subscription.cancel_at ?? (subscription.cancel_at_period_end ? (first?.current_period_end ?? null) : null),
    ),
    periodStart: at(first?.current_period_start ?? null),
    periodEnd: at(first?.current_period_end ?? null),
    endedAt: at(subscription.ended_at),
    createdAt: new Date(subscription.created * 1000),
  };
}

function at(seconds: number | null): Date | null {
  return seconds === null ? null : new Date(seconds * 1000);
}
