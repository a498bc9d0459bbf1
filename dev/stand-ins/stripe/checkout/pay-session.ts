import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { bookMovement, platform } from '../money/balance.ts';
import { chargeFeeMinor, pendingSeconds } from '../money/fees.ts';
import { idOf, newId, type Session } from '../world.ts';
import { makeCharge } from './make-charge.ts';

/** Pays an open session with the test card: PaymentIntent, charge, money on the balance less Stripe's fee, and the events of it. */
export function paySession(context: Context, session: Session): void {
  const intent = intentOf(context, session);
  takeMoney(context, intent);
  session.status = 'complete';
  session.payment_status = 'paid';
  session.url = null;
  emitEvent(context, 'checkout.session.completed', session);
}

/** The bank pays a PaymentIntent, with a kept card or the one given on the page. */
export function takeMoney(context: Context, intent: Stripe.PaymentIntent, kept?: Stripe.PaymentMethod): void {
  const charge = makeCharge(context, intent, null, kept);
  const transaction = bookMovement(context, {
    owner: platform,
    amount: charge.amount,
    feeMinor: chargeFeeMinor(charge.amount),
    currency: charge.currency,
    type: 'charge',
    reportingCategory: 'charge',
    source: charge.id,
    description: charge.description,
    availableOn: nowSeconds(context) + pendingSeconds,
  });
  charge.balance_transaction = transaction.id;
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
    last_payment_error: null,
    payment_method: charge.payment_method,
  } satisfies Partial<Stripe.PaymentIntent>);
  emitEvent(context, 'charge.succeeded', charge);
  emitEvent(context, 'payment_intent.succeeded', intent);
}

/** Declines the card. The session stays open, as at Stripe: another card may be tried until it expires. */
export function declinePayment(context: Context, session: Session): void {
  const intent = intentOf(context, session);
  const charge = makeCharge(context, intent, { code: 'card_declined', message: 'Your card was declined.' });
  Object.assign(intent, {
    latest_charge: charge.id,
    last_payment_error: {
      charge: charge.id,
      code: 'card_declined',
      decline_code: 'generic_decline',
      message: 'Your card was declined.',
      type: 'card_error',
    },
  } satisfies Partial<Stripe.PaymentIntent>);
  emitEvent(context, 'charge.failed', charge);
  emitEvent(context, 'payment_intent.payment_failed', intent);
}

// One PaymentIntent a session, made with the first attempt to pay; later attempts use it again.
function intentOf(context: Context, session: Session): Stripe.PaymentIntent {
  const known = context.world.paymentIntents.get(idOf(session.payment_intent));
  if (known) return known;
  const data = context.world.paymentIntentData.get(session.id);
  const intent: Stripe.PaymentIntent = {
    ...emptyIntent,
    id: newId('pi_'),
    amount: session.amount_total ?? 0,
    client_secret: newId('pi_secret_'),
    created: nowSeconds(context),
    currency: session.currency ?? '',
    customer: session.customer,
    description: data?.description ?? null,
    metadata: { ...data?.metadata },
    receipt_email: data?.receiptEmail ?? null,
    transfer_group: data?.transferGroup ?? null,
  };
  context.world.paymentIntents.set(intent.id, intent);
  session.payment_intent = intent.id;
  emitEvent(context, 'payment_intent.created', intent);
  return intent;
}

/** What a PaymentIntent has before anything is known of it. */
export const emptyIntent = {
  object: 'payment_intent',
  allowed_payment_method_types: null,
  amount_capturable: 0,
  amount_received: 0,
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: null,
  canceled_at: null,
  cancellation_reason: null,
  capture_method: 'automatic_async',
  confirmation_method: 'automatic',
  customer: null,
  customer_account: null,
  excluded_payment_method_types: null,
  last_payment_error: null,
  latest_charge: null,
  livemode: false,
  managed_payments: null,
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: {},
  payment_method_types: ['card'],
  payment_record: null,
  processing: null,
  review: null,
  setup_future_usage: null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: 'requires_payment_method',
} satisfies Partial<Stripe.PaymentIntent>;
