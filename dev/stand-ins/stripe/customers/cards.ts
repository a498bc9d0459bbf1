import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { newId } from '../world.ts';

/** Why a bank does not pay off-session; null: it pays (docs.stripe.com/declines/codes). */
export type Decline = { code: string; declineCode: string; message: string } | null;

/**
 * Test cards that can be kept, by their last digits, as docs.stripe.com/testing names them: 4242 pays; 0341 is kept and then declined;
 * 9995 has no money; 3184 wants its holder there for every payment.
 */
export const cards = {
  '4242': null,
  '0341': { code: 'card_declined', declineCode: 'generic_decline', message: 'Your card was declined.' },
  '9995': { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' },
  '3184': {
    code: 'authentication_required',
    declineCode: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
  },
} as const satisfies Record<string, Decline>;

export type CardNumber = keyof typeof cards;

export const cardNumbers = Object.keys(cards) as CardNumber[];

/** What the bank of a kept card says to an off-session payment. */
export function declineOf(method: Stripe.PaymentMethod): Decline {
  return cards[(method.card?.last4 ?? '4242') as CardNumber] ?? null;
}

/** A kept card of a customer. */
export function makeCard(context: Context, customer: string, last4: CardNumber): Stripe.PaymentMethod {
  const method: Stripe.PaymentMethod = {
    id: newId('pm_'),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: { ...card, last4 },
    created: nowSeconds(context),
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
  context.world.paymentMethods.set(method.id, method);
  return method;
}

const card: Omit<Stripe.PaymentMethod.Card, 'last4'> = {
  brand: 'visa',
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
  country: 'US',
  display_brand: 'visa',
  exp_month: 12,
  exp_year: 2034,
  fingerprint: 'standInTestCard0',
  funding: 'credit',
  generated_from: null,
  networks: { available: ['visa'], preferred: null },
  regulated_status: 'unregulated',
  three_d_secure_usage: { supported: true },
  wallet: null,
};
