import type Stripe from 'stripe';
import { postSubscriptionPaid } from '../ledger/post-subscription.ts';
import { answered } from '../payments/answered.ts';
import { bookStripeFee, feeOfCharge } from '../payments/note-stripe-fee.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { settleSubscription } from './settle-subscription.ts';

type Paid = {
  key: string;
  intentId: string;
  amountMinor: bigint;
  chargeId: string | null;
  movement: Stripe.BalanceTransaction | null;
};

/**
 * Moves our row of an invoice to what Stripe says of it now, and books what was paid and Stripe's fee, once each. Its subscription is
 * looked at first: whether it is paid is told by both. Invoices that are not of a subscription of ours are left alone. Safe to repeat.
 */
export async function settleInvoice(context: Context, invoiceId: string): Promise<void> {
  const stripe = stripeClient(context.config);
  const { rows } = await context.database.raw<{ rows: { now: string }[] }>('select clock_timestamp()::text as now');
  const invoice = answered('invoice', await stripe.invoices.retrieve(invoiceId, { expand: ['payments'] }));
  const subscriptionId = subscriptionOf(invoice);
  if (subscriptionId === null) return;
  await settleSubscription(context, subscriptionId);
  const subscription = await context.database('subscriptions').where({ id: subscriptionId }).first('workspace_id');
  if (subscription === undefined) return;
  const paid = await findPaid(stripe, invoice);
  await context.database.transaction(async (trx) => {
    await store(trx, invoice, {
      workspaceId: subscription.workspace_id,
      subscriptionId,
      payment: paid.at(-1),
      askedAt: rows[0]?.now ?? '',
    });
    for (const one of paid) await book(trx, invoice, one);
  });
}

/** The key names the invoice: api/statements/find-plan-lines.ts reads it there. */
async function book(trx: Transaction, invoice: Stripe.Invoice, paid: Paid): Promise<void> {
  const { amountMinor, intentId } = paid;
  const key = `subscription:${invoice.id}:${paid.key}`;
  const currency = invoice.currency.toUpperCase();
  await postSubscriptionPaid(trx, { key, currency, amountMinor, stripeRef: intentId });
  await bookStripeFee(trx, intentId, paid.movement);
}

/** The payments that settled an invoice (https://docs.stripe.com/api/invoice-payment); one that credit covered has none. */
async function findPaid(stripe: Stripe, invoice: Stripe.Invoice): Promise<Paid[]> {
  const found: Paid[] = [];
  for (const { id, status, amount_paid: amount, payment } of invoice.payments?.data ?? []) {
    if (status !== 'paid' || !amount || payment.payment_intent === undefined) continue;
    const intentId = typeof payment.payment_intent === 'string' ? payment.payment_intent : payment.payment_intent.id;
    const expand = ['latest_charge.balance_transaction'];
    const intent = answered('payment', await stripe.paymentIntents.retrieve(intentId, { expand }));
    const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
    const movement = charge === null ? null : feeOfCharge(charge);
    found.push({ key: id, intentId, amountMinor: BigInt(amount), chargeId: charge?.id ?? null, movement });
  }
  return found;
}

function subscriptionOf(invoice: Stripe.Invoice): string | null {
  const subscription = invoice.parent?.subscription_details?.subscription;
  return typeof subscription === 'object' ? subscription.id : (subscription ?? null);
}

async function store(
  trx: Transaction,
  invoice: Stripe.Invoice,
  of: { workspaceId: string; subscriptionId: string; payment: Paid | undefined; askedAt: string },
): Promise<void> {
  const period = invoice.lines.data.map((line) => line.period);
  const changing = {
    number: invoice.number,
    status: invoice.status ?? 'draft',
    total_minor: invoice.total,
    paid_minor: invoice.amount_paid,
    page_url: invoice.hosted_invoice_url ?? null,
    pdf_url: invoice.invoice_pdf ?? null,
    read_at: of.askedAt,
    ...(of.payment === undefined ? {} : { payment_intent_id: of.payment.intentId, charge_id: of.payment.chargeId }),
  };
  await trx('plan_invoices')
    .insert({
      id: invoice.id,
      workspace_id: of.workspaceId,
      subscription_id: of.subscriptionId,
      reason: invoice.billing_reason,
      currency: invoice.currency.toUpperCase(),
      period_start: new Date(Math.min(invoice.period_start, ...period.map(({ start }) => start)) * 1000),
      period_end: new Date(Math.max(invoice.period_end, ...period.map(({ end }) => end)) * 1000),
      created_at: new Date(invoice.created * 1000),
      ...changing,
    })
    .onConflict('id')
    .merge(changing)
    .where('plan_invoices.read_at', '<=', of.askedAt);
}
