import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { isDisputed, lostMinor } from '../disputes/open-dispute.ts';
import { emitEvent } from '../events/emit-event.ts';
import { bookMovement, platform } from '../money/balance.ts';
import { checkStep } from '../money/check-step.ts';
import { formatMinor } from '../money/currencies.ts';
import { invalidParam, missing, refused } from '../wire/api-error.ts';
import { idOf, newId } from '../world.ts';
import type { RefundParams } from './refund-params.ts';

/**
 * Returns money of a charge to the card. The fee of the charge is not returned, and the platform's balance may go below zero,
 * as Stripe lets it when a bank account is connected. Transfers made from the charge are not reversed.
 */
export function createRefund(context: Context, params: RefundParams): Stripe.Refund {
  const charge = chargeOf(context, params);
  const amount = params.amount ?? charge.amount - charge.amount_refunded;
  checkRefundable(context, charge, amount);
  checkStep(amount, charge.currency);
  const refund = newRefund(context, charge, amount, params);
  context.world.refunds.set(refund.id, refund);
  const transaction = bookMovement(context, {
    owner: platform,
    amount: -amount,
    currency: charge.currency,
    type: 'refund',
    reportingCategory: 'refund',
    source: refund.id,
    description: 'REFUND FOR CHARGE',
    availableOn: availableOnOf(context, charge),
  });
  refund.balance_transaction = transaction.id;
  const previous = { amount_refunded: charge.amount_refunded, refunded: charge.refunded };
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  emitEvent(context, 'refund.created', refund);
  emitEvent(context, 'charge.refunded', charge, { previous });
  emitEvent(context, 'refund.updated', refund, { previous: { destination_details: null } });
  return refund;
}

/** When a charge's money is available, in seconds since 1970: what is taken from it before then is pending too. */
export function availableOnOf(context: Context, charge: Stripe.Charge): number | undefined {
  return context.world.balanceEntries.get(idOf(charge.balance_transaction))?.transaction.available_on;
}

function chargeOf(context: Context, params: RefundParams): Stripe.Charge {
  const { charge: chargeId, payment_intent: intentId } = params;
  if (chargeId === undefined && intentId === undefined)
    throw invalidParam(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'charge',
      'parameter_missing',
    );
  const intent = intentId === undefined ? undefined : context.world.paymentIntents.get(intentId);
  if (intentId !== undefined && !intent) throw missing('payment_intent', intentId, 'payment_intent');
  const id = chargeId ?? idOf(intent?.latest_charge);
  const charge = context.world.charges.get(id);
  if (chargeId !== undefined && !charge) throw missing('charge', id, 'charge');
  if (intent && intent.latest_charge !== id)
    throw refused(`Charge ${id} is not of the PaymentIntent ${intent.id}.`, { param: 'charge' });
  if (!charge?.paid)
    throw refused(`This PaymentIntent (${intentId ?? id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  return charge;
}

/** Nothing is refunded while a dispute is open, and what was lost has gone back through the bank. */
function checkRefundable(context: Context, charge: Stripe.Charge, amount: number): void {
  const lost = lostMinor(context, charge.id);
  if (isDisputed(context, charge.id) || (lost > 0 && charge.amount - charge.amount_refunded - lost < amount))
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
      charge: charge.id,
    });
  if (charge.refunded)
    throw refused(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
      charge: charge.id,
    });
  const remaining = charge.amount - charge.amount_refunded;
  if (amount <= remaining) return;
  const whole = charge.amount_refunded === 0 ? 'charge amount' : 'unrefunded amount on charge';
  throw refused(
    `Refund amount (${formatMinor(amount, charge.currency)}) is greater than ${whole} (${formatMinor(remaining, charge.currency)})`,
    { param: 'amount' },
  );
}

function newRefund(context: Context, charge: Stripe.Charge, amount: number, params: RefundParams): Stripe.Refund {
  return {
    id: newId('re_'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: nowSeconds(context),
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: params.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}
