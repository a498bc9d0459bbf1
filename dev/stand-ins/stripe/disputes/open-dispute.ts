import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { bookMovement, platform } from '../money/balance.ts';
import { disputeFeeMinor } from '../money/fees.ts';
import { missing, refused } from '../wire/api-error.ts';
import { idOf, newId } from '../world.ts';

const daysToAnswer = 9;

/** A cardholder disputes a charge: the amount and a fee leave the platform's balance at once (docs.stripe.com/disputes/how-disputes-work). */
export function openDispute(
  context: Context,
  chargeId: string,
  options: { amount?: number; reason?: string } = {},
): Stripe.Dispute {
  const charge = context.world.charges.get(chargeId);
  if (!charge) throw missing('charge', chargeId, 'charge');
  if (!charge.paid || charge.disputed)
    throw refused(`The charge ${chargeId} is not paid, or is disputed already.`, { param: 'charge' });
  const amount = options.amount ?? charge.amount - charge.amount_refunded;
  if (amount < 1 || amount > charge.amount)
    throw refused(`The disputed amount must be between 1 and ${charge.amount}.`, { param: 'amount' });
  const dispute = newDispute(context, charge, amount, options.reason ?? 'fraudulent');
  context.world.disputes.set(dispute.id, dispute);
  charge.disputed = true;
  emitEvent(context, 'charge.dispute.created', dispute);
  const transaction = bookMovement(context, {
    owner: platform,
    amount: -amount,
    feeMinor: disputeFeeMinor,
    currency: charge.currency,
    type: 'adjustment',
    reportingCategory: 'dispute',
    source: dispute.id,
    description: `Chargeback withdrawal for ${charge.id}`,
  });
  dispute.balance_transactions.push(transaction);
  emitEvent(context, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** Ends a dispute. Won, the amount comes back and the fee does not; lost, nothing comes back. */
export function closeDispute(context: Context, id: string, outcome: 'won' | 'lost'): Stripe.Dispute {
  const dispute = context.world.disputes.get(id);
  if (!dispute) throw missing('dispute', id, 'id');
  if (dispute.status === 'won' || dispute.status === 'lost')
    throw refused(`The dispute ${id} is closed already: ${dispute.status}.`);
  dispute.status = outcome;
  if (outcome === 'won') {
    const transaction = bookMovement(context, {
      owner: platform,
      amount: dispute.amount,
      currency: dispute.currency,
      type: 'adjustment',
      reportingCategory: 'dispute_reversal',
      source: dispute.id,
      description: `Chargeback reversal for ${idOf(dispute.charge)}`,
    });
    dispute.balance_transactions.push(transaction);
    emitEvent(context, 'charge.dispute.funds_reinstated', dispute);
  }
  emitEvent(context, 'charge.dispute.closed', dispute);
  return dispute;
}

function newDispute(context: Context, charge: Stripe.Charge, amount: number, reason: string): Stripe.Dispute {
  return {
    id: newId('du_'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: nowSeconds(context),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: nowSeconds(context) + daysToAnswer * 24 * 3600,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
      type: 'card',
    },
    reason,
    status: 'needs_response',
  };
}

const noEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
