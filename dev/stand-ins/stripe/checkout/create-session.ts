import { nowSeconds, type Context } from '../context.ts';
import { findCustomer } from '../customers/customer-routes.ts';
import { amountStepMinor, chargeMinMinor, formatMinor } from '../money/currencies.ts';
import { refused } from '../wire/api-error.ts';
import { newId, type LineItem, type Session } from '../world.ts';
import { makeLineItem } from './make-line-item.ts';
import type { SessionParams } from './session-params.ts';
import { checkSubscriptionParams, subscriptionLine } from '../billing/subscription-session.ts';
import { checkSetupParams, makeSetupIntent } from './setup-session.ts';

const minutes = 60;
const hours = 3600;

/** Makes a Checkout Session whose page is served here. Throws what Stripe refuses: a total too small, an expiry too near or far. */
export function createSession(context: Context, params: SessionParams): Session {
  const created = nowSeconds(context);
  if (params.ui_mode && params.ui_mode !== 'hosted_page')
    throw refused('The local stand-in for Stripe only has ui_mode `hosted_page`.', { param: 'ui_mode' });
  checkCustomer(context, params);
  const id = newId('cs_test_');
  const isSubscription = params.mode === 'subscription';
  if (isSubscription) checkSubscriptionParams(params);
  const items = (params.line_items ?? []).map((line, place) =>
    isSubscription ? subscriptionLine(context, line, place) : lineItem(line, place, created),
  );
  const session: Session = {
    ...emptyOptions,
    ...(params.mode === 'setup' ? setup(context, params) : payment(params, items)),
    id,
    object: 'checkout.session',
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created,
    customer: params.customer ?? null,
    customer_details: params.customer_email ? { ...emptyCustomer, email: params.customer_email } : null,
    customer_email: params.customer_email ?? null,
    expires_at: expiryOf(params.expires_at, created),
    locale: params.locale ?? null,
    metadata: params.metadata,
    mode: params.mode,
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url,
    ui_mode: 'hosted_page',
    url: `${context.publicUrl}/c/pay/${id}`,
  };
  context.world.sessions.set(id, session);
  context.world.lineItems.set(id, items);
  if (isSubscription) context.world.subscriptionData.set(id, { metadata: params.subscription_data?.metadata ?? {} });
  const data = params.payment_intent_data;
  context.world.paymentIntentData.set(id, {
    metadata: data?.metadata ?? {},
    transferGroup: data?.transfer_group ?? null,
    description: data?.description ?? null,
    receiptEmail: data?.receipt_email ?? null,
  });
  return session;
}

function payment(params: SessionParams, items: LineItem[]) {
  if (params.setup_intent_data)
    throw refused(`You can not pass \`setup_intent_data\` in \`${params.mode}\` mode.`, { param: 'setup_intent_data' });
  if (params.subscription_data && params.mode !== 'subscription')
    throw refused('You can not pass `subscription_data` in `payment` mode.', { param: 'subscription_data' });
  const total = items.reduce((sum, line) => sum + line.amount_total, 0);
  return {
    amount_subtotal: total,
    amount_total: total,
    currency: checkTotal(items, total),
    payment_status: 'unpaid' as const,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  };
}

/** A session that only keeps a card has no amount. */
function setup(context: Context, params: SessionParams) {
  checkSetupParams(params);
  return {
    amount_subtotal: null,
    amount_total: null,
    currency: params.currency ?? null,
    payment_status: 'no_payment_required' as const,
    setup_intent: makeSetupIntent(context, params).id,
    total_details: null,
  };
}

function checkCustomer(context: Context, { customer, customer_email: email }: SessionParams): void {
  if (customer !== undefined && email !== undefined)
    throw refused('You may only specify one of these parameters: customer, customer_email.', { param: 'customer' });
  if (customer !== undefined) findCustomer(context, customer, 'customer');
}

function lineItem(line: NonNullable<SessionParams['line_items']>[number], place: number, created: number): LineItem {
  const { price_data: price, quantity } = line;
  if (price === undefined || line.price !== undefined)
    throw refused('The local stand-in for Stripe takes `price_data` alone in mode `payment`.', {
      param: `line_items[${place}][price]`,
    });
  return makeLineItem({
    currency: price.currency,
    unitAmount: price.unit_amount,
    quantity,
    description: price.product_data.name,
    metadata: line.metadata,
    price: {
      id: newId('price_'),
      object: 'price',
      active: false,
      billing_scheme: 'per_unit',
      created,
      currency: price.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: newId('prod_'),
      recurring: null,
      tax_behavior: 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: 'one_time',
      unit_amount: price.unit_amount,
      unit_amount_decimal: String(price.unit_amount),
    },
  });
}

function checkTotal(items: LineItem[], total: number): string {
  const currency = items[0]?.currency;
  if (currency === undefined)
    throw refused('Missing required param: line_items.', { param: 'line_items', code: 'parameter_missing' });
  if (items.some((line) => line.currency !== currency))
    throw refused('The Checkout Session has line items of more than one currency; all must have the same.', {
      param: 'line_items',
    });
  if (total < chargeMinMinor(currency))
    throw refused(
      `The Checkout Session's total amount due must add up to at least ${formatMinor(chargeMinMinor(currency), currency)} ${currency}`,
      { code: 'amount_too_small' },
    );
  if (total > 99_999_999)
    throw refused(`The Checkout Session's total amount must be no more than ${formatMinor(99_999_999, currency)}`, {
      code: 'amount_too_large',
    });
  if (total % amountStepMinor(currency) !== 0)
    throw refused(`Amounts in ${currency} must be a multiple of ${amountStepMinor(currency)} minor units.`, {
      param: 'line_items',
    });
  return currency;
}

function expiryOf(asked: number | undefined, created: number): number {
  if (asked === undefined) return created + 24 * hours;
  if (asked < created + 30 * minutes)
    throw refused('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', {
      param: 'expires_at',
    });
  if (asked > created + 24 * hours)
    throw refused('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', {
      param: 'expires_at',
    });
  return asked;
}

const emptyCustomer: Omit<NonNullable<Session['customer_details']>, 'email'> = {
  address: null,
  business_name: null,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: 'none',
  tax_ids: [],
};

const emptyOptions = {
  adaptive_pricing: null,
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
  customer_account: null,
  customer_creation: 'if_required',
  discounts: [],
  integration_identifier: null,
  invoice: null,
  invoice_creation: null,
  livemode: false,
  managed_payments: null,
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: {},
  payment_method_types: ['card'],
  permissions: null,
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  subscription: null,
  wallet_options: null,
} satisfies Partial<Session>;
