import { stopFunding } from '../bounties/start-funding.ts';
import type { Context } from '../platform/context.ts';
import { answered } from './answered.ts';
import { expireCheckout } from './expire-checkout.ts';
import { lockCheckout } from './lock-checkout.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * A card was declined: the bounty is a draft again. Its checkout stays open, so that another card on the same page still pays for it,
 * and funding again answers the same page. One that was charged to a card on file is over. Does nothing when the payment went through meanwhile.
 */
export async function noteFailedPayment(context: Context, intentId: string): Promise<void> {
  const intent = answered('payment', await stripeClient(context.config).paymentIntents.retrieve(intentId));
  const checkoutId = intent.metadata['checkout_id'];
  if (checkoutId === undefined || intent.status !== 'requires_payment_method' || !intent.last_payment_error) return;
  await context.database.transaction(async (trx) => {
    const checkout = await lockCheckout(trx, checkoutId);
    const isOpen = checkout.state === 'creating' || checkout.state === 'open';
    if (isOpen && checkout.source === 'card') await expireCheckout(context, trx, checkoutId);
    else if (isOpen && checkout.purpose === 'reward') await stopFunding(context, trx, checkout.bounty_id);
  });
}
