import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { idOf, newId } from '../world.ts';
import { listOf, type Invoice, type InvoiceLine, type Subscription } from './billing-objects.ts';

type Reason = 'subscription_create' | 'subscription_cycle' | 'subscription_update';

/** An invoice as it would be, not kept: what a preview answers. A credit of the customer's is used up first. */
export function draftInvoice(
  context: Context,
  subscription: Subscription,
  of: { lines: InvoiceLine[]; reason: Reason | 'upcoming'; at?: number | undefined },
): Invoice {
  const customer = context.world.customers.get(idOf(subscription.customer));
  const created = of.at ?? nowSeconds(context);
  const total = of.lines.reduce((sum, line) => sum + line.amount, 0);
  const before = customer?.balance ?? 0;
  const due = Math.max(0, total + before);
  const id = of.reason === 'upcoming' ? newId('upcoming_in_') : newId('in_');
  return {
    ...emptyInvoice,
    id,
    amount_due: due,
    amount_remaining: due,
    billing_reason: of.reason,
    created,
    currency: subscription.currency,
    customer: idOf(subscription.customer),
    customer_name: customer?.name ?? null,
    effective_at: created,
    ending_balance: total + before - due,
    lines: listOf(
      of.lines.map((line) => ({ ...line, invoice: id })),
      `/v1/invoices/${id}/lines`,
    ),
    parent: {
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
      type: 'subscription_details',
    },
    period_end: created,
    period_start: created,
    starting_balance: before,
    status: 'draft',
    status_transitions: { ...emptyInvoice.status_transitions },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
  };
}

/** Makes a subscription's invoice and finalizes it: it has a number and a page, and its credit is taken. It is not paid yet. */
export function makeInvoice(
  context: Context,
  subscription: Subscription,
  of: { lines: InvoiceLine[]; reason: Reason; at?: number | undefined },
): Invoice {
  const invoice = draftInvoice(context, subscription, of);
  const customer = context.world.customers.get(idOf(subscription.customer));
  context.world.invoices.set(invoice.id, invoice);
  subscription.latest_invoice = invoice.id;
  emitEvent(context, 'invoice.created', invoice);
  if (customer) customer.balance = invoice.ending_balance ?? 0;
  invoice.status = 'open';
  invoice.number = `STANDIN-${String(context.world.invoices.size).padStart(4, '0')}`;
  invoice.status_transitions.finalized_at = invoice.created;
  invoice.hosted_invoice_url = `${context.publicUrl}/i/${invoice.id}`;
  invoice.invoice_pdf = `${context.publicUrl}/i/${invoice.id}`;
  emitEvent(context, 'invoice.finalized', invoice);
  return invoice;
}

const emptyInvoice = {
  object: 'invoice',
  account_country: 'US',
  account_name: 'Stand-in',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_shipping: 0,
  application: null,
  attempt_count: 0,
  attempted: false,
  auto_advance: true,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  automatically_finalizes_at: null,
  collection_method: 'charge_automatically',
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_email: null,
  customer_phone: null,
  customer_shipping: null,
  customer_tax_exempt: 'none',
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  due_date: null,
  footer: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  metadata: {},
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
  test_clock: null,
  total_discount_amounts: [],
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<Invoice>;
