import type Stripe from 'stripe';
import { makeCharge } from '../checkout/make-charge.ts';
import { emptyIntent, takeMoney } from '../checkout/pay-session.ts';
import { nowSeconds, type Context } from '../context.ts';
import { declineOf, type Decline } from '../customers/cards.ts';
import { emitEvent } from '../events/emit-event.ts';
import { refused } from '../wire/api-error.ts';
import { idOf, newId } from '../world.ts';
import type { Invoice, Subscription } from './billing-objects.ts';

const retrySeconds = 3 * 24 * 3600;

/** The card a subscription is charged to: its own, or its customer's. */
export function cardOf({ world }: Context, subscription: Subscription): Stripe.PaymentMethod | undefined {
  const customer = world.customers.get(idOf(subscription.customer));
  const own = idOf(subscription.default_payment_method);
  return world.paymentMethods.get(own || idOf(customer?.invoice_settings.default_payment_method));
}

/** What the bank of a card says; a subscription without a card is declined too. */
export function declineOfCard(card: Stripe.PaymentMethod | undefined): Decline {
  if (card !== undefined) return declineOf(card);
  return { code: 'card_declined', declineCode: 'generic_decline', message: 'There is no card to charge.' };
}

/** Tries to collect an open invoice with a card. Answers whether it is paid; its subscription is moved by the caller. */
export function collectInvoice(context: Context, invoice: Invoice, card: Stripe.PaymentMethod | undefined): boolean {
  if (invoice.status !== 'open') throw refused(`Invoice ${invoice.id} is ${invoice.status}; it cannot be paid.`);
  if (invoice.amount_due === 0) {
    settlePaid(context, invoice);
    return true;
  }
  const intent = intentOf(context, invoice, card);
  const decline = declineOfCard(card);
  invoice.attempted = true;
  invoice.attempt_count += 1;
  if (decline !== null) {
    const charge = makeCharge(context, intent, { code: decline.code, message: decline.message }, card);
    Object.assign(intent, {
      latest_charge: charge.id,
      last_payment_error: { ...decline, charge: charge.id, decline_code: decline.declineCode, type: 'card_error' },
    });
    invoice.next_payment_attempt = nowSeconds(context) + retrySeconds;
    emitEvent(context, 'charge.failed', charge);
    emitEvent(context, 'payment_intent.payment_failed', intent);
    emitEvent(context, 'invoice.payment_failed', invoice);
    return false;
  }
  takeMoney(context, intent, card);
  const payment = paymentOf(context, invoice);
  if (payment) Object.assign(payment, { status: 'paid', amount_paid: invoice.amount_due });
  settlePaid(context, invoice);
  return true;
}

function settlePaid(context: Context, invoice: Invoice): void {
  const now = nowSeconds(context);
  invoice.status = 'paid';
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = now;
  emitEvent(context, 'invoice.updated', invoice, { previous: { status: 'open' } });
  emitEvent(context, 'invoice.paid', invoice);
  emitEvent(context, 'invoice.payment_succeeded', invoice);
}

/** The payments of an invoice, as it shows them when it is asked to. */
export function paymentOf({ world }: Context, invoice: Invoice): Stripe.InvoicePayment | undefined {
  return [...world.invoicePayments.values()].find((payment) => payment.invoice === invoice.id);
}

// One PaymentIntent an invoice, which later attempts use again.
function intentOf(context: Context, invoice: Invoice, card: Stripe.PaymentMethod | undefined): Stripe.PaymentIntent {
  const known = paymentOf(context, invoice);
  const found = context.world.paymentIntents.get(idOf(known?.payment.payment_intent));
  if (found) return found;
  const intent: Stripe.PaymentIntent = {
    ...emptyIntent,
    id: newId('pi_'),
    amount: invoice.amount_due,
    client_secret: newId('pi_secret_'),
    created: nowSeconds(context),
    currency: invoice.currency,
    customer: invoice.customer as string | null,
    description: invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    metadata: {},
    payment_method: card?.id ?? null,
    receipt_email: null,
    transfer_group: null,
  };
  context.world.paymentIntents.set(intent.id, intent);
  const payment: Stripe.InvoicePayment = {
    id: newId('inpay_'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: nowSeconds(context),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
  context.world.invoicePayments.set(payment.id, payment);
  emitEvent(context, 'payment_intent.created', intent);
  return intent;
}
