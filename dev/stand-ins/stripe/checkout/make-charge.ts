import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { newId } from '../world.ts';

/**
 * A charge of the whole PaymentIntent on a test card, or on a kept one: paid, or declined with the given failure. It keeps the intent's
 * metadata.
 */
export function makeCharge(
  context: Context,
  intent: Stripe.PaymentIntent,
  failure: { code: string; message: string } | null,
  kept?: Stripe.PaymentMethod,
): Stripe.Charge {
  const id = newId('ch_');
  const charge: Stripe.Charge = {
    ...emptyCharge,
    id,
    amount: intent.amount,
    amount_captured: failure ? 0 : intent.amount,
    calculated_statement_descriptor: 'STAND-IN',
    captured: failure === null,
    created: nowSeconds(context),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    metadata: { ...intent.metadata },
    outcome: failure ? declinedOutcome : paidOutcome,
    paid: failure === null,
    payment_intent: intent.id,
    payment_method: kept?.id ?? newId('pm_'),
    payment_method_details: { card: testCard(kept?.card?.last4 ?? (failure ? '0002' : '4242')), type: 'card' },
    receipt_email: intent.receipt_email,
    status: failure ? 'failed' : 'succeeded',
    transfer_group: intent.transfer_group,
  };
  context.world.charges.set(id, charge);
  return charge;
}

function testCard(last4: string): Stripe.Charge.PaymentMethodDetails.Card {
  return {
    amount_authorized: null,
    authorization_code: null,
    brand: 'visa',
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: 12,
    exp_year: 2034,
    fingerprint: 'standInTestCard0',
    funding: 'credit',
    installments: null,
    last4,
    mandate: null,
    network: 'visa',
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  };
}

const paidOutcome: Stripe.Charge.Outcome = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  seller_message: 'Payment complete.',
  type: 'authorized',
};

const declinedOutcome: Stripe.Charge.Outcome = {
  ...paidOutcome,
  network_status: 'declined_by_network',
  reason: 'generic_decline',
  seller_message: 'The bank did not return any further details with this decline.',
  type: 'issuer_declined',
};

const emptyCharge = {
  object: 'charge',
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
  disputed: false,
  failure_balance_transaction: null,
  fraud_details: {},
  livemode: false,
  on_behalf_of: null,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
} satisfies Partial<Stripe.Charge>;
