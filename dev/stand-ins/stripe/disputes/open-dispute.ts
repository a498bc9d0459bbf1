import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { bookMovement, platform } from '../money/balance.ts';
import { disputeFeeMinor } from '../money/fees.ts';
import { missing, refused } from '../wire/api-error.ts';
import { idOf, newId } from '../world.ts';

const daysToAnswer = 9;

export type DisputeOptions = { amount?: number; reason?: string; inquiry?: boolean };

/**
 * A cardholder disputes a charge: the amount and a fee leave the platform's balance at once (docs.stripe.com/disputes/how-disputes-work).
 * An inquiry takes nothing until it is escalated. What is left of a charge may be disputed by another one.
 */
export function openDispute(context: Context, chargeId: string, options: DisputeOptions = {}): Stripe.Dispute {
  const charge = context.world.charges.get(chargeId);
  if (!charge) throw missing('charge', chargeId, 'charge');
  const undisputed = charge.amount - sumOf(disputesOf(context, chargeId));
  if (!charge.paid || undisputed < 1)
    throw refused(`The charge ${chargeId} is not paid, or is disputed already.`, { param: 'charge' });
  const amount = options.amount ?? Math.min(undisputed, charge.amount - charge.amount_refunded);
  if (amount < 1 || amount > undisputed)
    throw refused(`The disputed amount must be between 1 and ${undisputed}.`, { param: 'amount' });
  const dispute = newDispute(context, charge, amount, options.reason ?? 'fraudulent');
  context.world.disputes.set(dispute.id, dispute);
  charge.disputed = true;
  if (options.inquiry === true) dispute.status = 'warning_needs_response';
  emitEvent(context, 'charge.dispute.created', dispute);
  return options.inquiry === true ? dispute : withdraw(context, dispute);
}

/** An inquiry that was not answered becomes a dispute. */
export function escalateInquiry(context: Context, id: string): Stripe.Dispute {
  const dispute = context.world.disputes.get(id);
  if (!dispute) throw missing('dispute', id, 'id');
  if (dispute.status !== 'warning_needs_response') throw refused(`The dispute ${id} is no open inquiry.`);
  dispute.status = 'needs_response';
  emitEvent(context, 'charge.dispute.updated', dispute);
  return withdraw(context, dispute);
}

/** How much of a charge went back through the bank. */
export function lostMinor(context: Context, chargeId: string): number {
  return sumOf(disputesOf(context, chargeId).filter(({ status }) => status === 'lost'));
}

/** Whether a dispute of a charge has not ended; an inquiry is none yet. */
export function isDisputed(context: Context, chargeId: string): boolean {
  return disputesOf(context, chargeId).some(({ status }) => status === 'needs_response');
}

function disputesOf(context: Context, chargeId: string): Stripe.Dispute[] {
  return [...context.world.disputes.values()].filter(({ charge }) => charge === chargeId);
}

function sumOf(disputes: Stripe.Dispute[]): number {
  return disputes.reduce((sum, { amount }) => sum + amount, 0);
}

function withdraw(context: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  const transaction = bookMovement(context, {
    owner: platform,
    amount: -dispute.amount,
    feeMinor: disputeFeeMinor,
    currency: dispute.currency,
    type: 'adjustment',
    reportingCategory: 'dispute',
    source: dispute.id,
    description: `Chargeback withdrawal for ${idOf(dispute.charge)}`,
  });
  dispute.balance_transactions.push(transaction);
  emitEvent(context, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** Ends a dispute. Won, the amount comes back and the fee does not; lost, nothing comes back. An inquiry is closed and had taken nothing. */
export function closeDispute(context: Context, id: string, outcome: 'won' | 'lost'): Stripe.Dispute {
  const dispute = context.world.disputes.get(id);
  if (!dispute) throw missing('dispute', id, 'id');
  if (dispute.status === 'won' || dispute.status === 'lost' || dispute.status === 'warning_closed')
    throw refused(`The dispute ${id} is closed already: ${dispute.status}.`);
  if (dispute.status === 'warning_needs_response') {
    if (outcome === 'lost') throw refused(`The dispute ${id} is an inquiry. It is lost only once it is escalated.`);
    dispute.status = 'warning_closed';
    emitEvent(context, 'charge.dispute.closed', dispute);
    return dispute;
  }
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
