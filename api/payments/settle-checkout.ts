import type Stripe from 'stripe';
import { openBounty } from '../bounties/open-bounty.ts';
import { dropCover, openCover, returnCover } from '../insurance/open-cover.ts';
import { isFrozen } from '../ledger/freeze-hold.ts';
import { fundHeld } from '../ledger/fund-held.ts';
import { refundHeld } from '../ledger/refund-held.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { settlePlanCheckout } from '../plans/settle-plan-checkout.ts';
import { answered } from './answered.ts';
import { expireCheckout } from './expire-checkout.ts';
import { lockCheckout, type Checkout } from './lock-checkout.ts';
import { bookStripeFee, feeOfCharge } from './note-stripe-fee.ts';
import { requestRefunds } from './request-refunds.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { returnPayment } from './return-payment.ts';
import { settleBoost } from './settle-boost.ts';
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
    await context.database.transaction((trx) => settle(context, trx, checkoutId, session, payment));
  } else if (payment.status === 'requires_payment_method' || payment.status === 'canceled') {
    await context.database.transaction((trx) => expireCheckout(context, trx, checkoutId));
  }
}

async function settle(
  context: Context,
  trx: Transaction,
  checkoutId: string,
  session: Stripe.Checkout.Session,
  payment: Payment,
): Promise<void> {
  const checkout = await lockCheckout(trx, checkoutId);
  if (checkout.state === 'paid') return;
  if (
    BigInt(session.amount_total ?? 0) !== checkout.total_minor ||
    session.currency?.toUpperCase() !== checkout.currency
  ) {
    throw new Error(
      `Checkout ${checkoutId} was paid with ${session.amount_total} ${session.currency}, not ${checkout.total_minor} ${checkout.currency}`,
    );
  }
  await trx('checkouts')
    .where({ id: checkoutId })
    .update({
      state: 'paid',
      session_id: session.id,
      payment_intent_id: payment.intentId,
      charge_id: payment.chargeId,
      paid_at: trx.raw('clock_timestamp()'),
    });
  await bookStripeFee(trx, checkoutId, payment.movement);
  if (checkout.purpose === 'boost') await settleBoost(context, trx, checkout, payment.intentId);
  else await settleReward(context, trx, checkout, payment.intentId);
}

async function settleReward(context: Context, trx: Transaction, checkout: Checkout, intentId: string): Promise<void> {
  const { id, bounty_id: bountyId, currency } = checkout;
  const opened = await openBounty(context, trx, bountyId);
  const fund = {
    key: `fund:${id}`,
    bountyId,
    paymentId: id,
    currency,
    rewardMinor: checkout.reward_minor,
    feeMinor: checkout.fee_minor,
    premiumMinor: checkout.premium_minor,
    stripeRef: intentId,
  };
  if (opened === 'opened') {
    await fundHeld(trx, fund);
    if (await openCover(context, trx, id))
      await requestRefunds(context, trx, { bountyId, returned: [{ paymentId: id, amountMinor: fund.premiumMinor }] });
    return;
  }
  // Beside money that is frozen, a late payment is not of the dispute: like a second one it goes back without being held.
  if (opened === 'too_late' && !(await isFrozen(trx, bountyId))) {
    await refuseStopped(trx);
    await fundHeld(trx, fund);
    const returned = await refundHeld(trx, { key: `refund-late:${id}`, bountyId });
    await returnCover(trx, id);
    const premium = returned.map((one) => ({ ...one, amountMinor: one.amountMinor + fund.premiumMinor }));
    await requestRefunds(context, trx, { bountyId, returned: premium });
  } else {
    await dropCover(trx, id);
    await returnPayment(context, trx, checkout, { kind: 'second_payment', intentId });
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
