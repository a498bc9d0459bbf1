import type Stripe from 'stripe';
import type { Context } from '../platform/context.ts';
import { settlePlanCheckout } from '../plans/settle-plan-checkout.ts';
import { answered } from './answered.ts';
import { expireCheckout } from './expire-checkout.ts';
import { feeOfCharge } from './note-stripe-fee.ts';
import { settlePaid } from './settle-paid.ts';
import { stripeClient } from './stripe-client.ts';

type Payment = {
  intentId: string;
  status: string;
  chargeId: string | null;
  movement: Stripe.BalanceTransaction | null;
};

/**
 * Moves a checkout to what Stripe says of its session: paid → the money is held and the bounty opens, in one transaction; expired, or
 * failed after a slow payment → the bounty is a draft again. Money that comes too late, or for a bounty that is already open, is sent
 * back; a boost is held beside the reward. Sessions that are not ours are left alone. Safe to repeat.
 */
export async function settleCheckout(context: Context, sessionId: string): Promise<void> {
  const stripe = stripeClient(context.config);
  const session = answered('checkout session', await stripe.checkout.sessions.retrieve(sessionId));
  if (session.mode === 'subscription') return settlePlanCheckout(context, session);
  const checkoutId = session.metadata?.['checkout_id'];
  if (checkoutId === undefined || session.status === 'open') return;
  if (session.status === 'expired') {
    await context.database.transaction((trx) => expireCheckout(context, trx, checkoutId));
    return;
  }
  const payment = await findPayment(stripe, session);
  if (session.payment_status === 'paid') {
    const paid = {
      ...payment,
      sessionId: session.id,
      amountMinor: BigInt(session.amount_total ?? 0),
      currency: session.currency?.toUpperCase() ?? '',
    };
    await context.database.transaction((trx) => settlePaid(context, trx, checkoutId, paid));
  } else if (payment.status === 'requires_payment_method' || payment.status === 'canceled') {
    await context.database.transaction((trx) => expireCheckout(context, trx, checkoutId));
  }
}

async function findPayment(stripe: Stripe, session: Stripe.Checkout.Session): Promise<Payment> {
  const intentId = typeof session.payment_intent === 'string' ? session.payment_intent : session.payment_intent?.id;
  if (!intentId) throw new Error(`Checkout session ${session.id} is complete without a payment`);
  const expand = ['latest_charge.balance_transaction'];
  const intent = answered('payment', await stripe.paymentIntents.retrieve(intentId, { expand }));
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const movement = charge === null ? null : feeOfCharge(charge);
  return { intentId, status: intent.status, chargeId: charge?.id ?? null, movement };
}
