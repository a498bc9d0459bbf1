import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { declineOf, type Decline } from '../customers/cards.ts';
import { findCustomer } from '../customers/customer-routes.ts';
import { findPaymentMethod } from '../customers/payment-method-routes.ts';
import { emitEvent } from '../events/emit-event.ts';
import { checkStep } from '../money/check-step.ts';
import { chargeMinMinor, formatMinor } from '../money/currencies.ts';
import { ApiError, refused } from '../wire/api-error.ts';
import { idOf, newId } from '../world.ts';
import type { IntentParams } from './intent-params.ts';
import { makeCharge } from './make-charge.ts';
import { emptyIntent, takeMoney } from './pay-session.ts';

/**
 * A PaymentIntent that is made and confirmed off-session with a kept card (docs.stripe.com/payments/save-and-reuse). A bank that says no
 * is an error of 402 that carries the intent, which then waits for another card; the intent and its failed charge stay.
 */
export function chargeKeptCard(context: Context, params: IntentParams): Stripe.PaymentIntent {
  const method = methodOf(context, params);
  checkAmount(params);
  const intent: Stripe.PaymentIntent = {
    ...emptyIntent,
    id: newId('pi_'),
    allowed_payment_method_types: ['card'],
    amount: params.amount,
    client_secret: newId('pi_secret_'),
    created: nowSeconds(context),
    currency: params.currency,
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: params.metadata,
    receipt_email: params.receipt_email ?? null,
    transfer_group: params.transfer_group ?? null,
  };
  context.world.paymentIntents.set(intent.id, intent);
  emitEvent(context, 'payment_intent.created', intent);
  const decline = declineOf(method);
  if (decline !== null) throw declined(context, intent, method, decline);
  takeMoney(context, intent, method);
  return intent;
}

function methodOf(context: Context, params: IntentParams): Stripe.PaymentMethod {
  if (params.off_session === true && params.confirm !== true)
    throw refused('The parameter `off_session` can only be used when `confirm` is true.', { param: 'off_session' });
  if (params.confirm !== true || params.off_session !== true)
    throw refused('The local stand-in for Stripe makes PaymentIntents that are confirmed off-session alone.', {
      param: params.confirm === true ? 'off_session' : 'confirm',
    });
  if (params.allowed_payment_method_types === undefined)
    throw refused(
      'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Some of them redirect: give a `return_url`, or say which types are allowed.',
      { param: 'return_url' },
    );
  if (params.payment_method === undefined)
    throw refused("You cannot confirm this PaymentIntent because it's missing a payment method.", {
      code: 'payment_intent_unexpected_state',
    });
  const method = findPaymentMethod(context, params.payment_method, 'payment_method');
  if (method.customer === null)
    throw refused(
      'The provided PaymentMethod was detached from a Customer, or never attached to one. It may not be used again.',
      { param: 'payment_method' },
    );
  if (params.customer === undefined)
    throw refused(
      `The PaymentMethod ${method.id} belongs to the Customer ${idOf(method.customer)}. Give the customer too.`,
      {
        param: 'payment_method',
      },
    );
  if (method.customer !== findCustomer(context, params.customer, 'customer').id)
    throw refused(`The PaymentMethod ${method.id} does not belong to the Customer you supplied ${params.customer}.`, {
      param: 'payment_method',
    });
  return method;
}

function checkAmount({ amount, currency }: IntentParams): void {
  if (amount < chargeMinMinor(currency))
    throw refused(`Amount must be at least ${formatMinor(chargeMinMinor(currency), currency)} ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  checkStep(amount, currency);
}

function declined(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  { code, declineCode, message }: NonNullable<Decline>,
): ApiError {
  const charge = makeCharge(context, intent, { code, message }, method);
  const error = { charge: charge.id, code, decline_code: declineCode, message, type: 'card_error' as const };
  Object.assign(intent, {
    latest_charge: charge.id,
    last_payment_error: { ...error, payment_method: method },
  } satisfies Partial<Stripe.PaymentIntent>);
  emitEvent(context, 'charge.failed', charge);
  emitEvent(context, 'payment_intent.payment_failed', intent);
  return new ApiError(402, { ...error, payment_intent: structuredClone(intent) }, true);
}
