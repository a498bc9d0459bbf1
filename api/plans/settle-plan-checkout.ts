import type Stripe from 'stripe';
import type { Context } from '../platform/context.ts';
import { settleSubscription } from './settle-subscription.ts';

/** Moves an attempt to subscribe to what Stripe says of its session; one that was paid has a subscription now. Safe to repeat. */
export async function settlePlanCheckout(context: Context, session: Stripe.Checkout.Session): Promise<void> {
  const id = session.metadata?.['plan_checkout_id'];
  if (id === undefined || session.status === 'open') return;
  const state = session.status === 'complete' ? 'paid' : 'expired';
  await context
    .database('plan_checkouts')
    .where({ id })
    .whereNot({ state: 'paid' })
    .update({ state, session_id: session.id });
  const { subscription } = session;
  if (state === 'paid' && subscription !== null)
    await settleSubscription(context, typeof subscription === 'string' ? subscription : subscription.id);
}
