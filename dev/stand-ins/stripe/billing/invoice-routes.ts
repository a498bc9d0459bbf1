import { nowSeconds, type Context } from '../context.ts';
import { findCustomer } from '../customers/customer-routes.ts';
import { missing, refused } from '../wire/api-error.ts';
import { listPage, pageParams } from '../wire/list-page.ts';
import { absoluteUrl, expand, hash, integer, oneOf, optional, required, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { newId } from '../world.ts';
import type { Invoice } from './billing-objects.ts';
import { changeItems, itemsParam } from './change-items.ts';
import { draftInvoice } from './make-invoice.ts';
import { findSubscription } from './subscription-routes.ts';

const previewParams = hash(
  {
    customer: optional(text()),
    subscription: required(text()),
    subscription_details: required(
      hash(
        {
          items: itemsParam,
          proration_behavior: optional(oneOf('always_invoice', 'create_prorations', 'none')),
          proration_date: optional(integer()),
        },
        [
          'billing_cycle_anchor',
          'billing_mode',
          'billing_schedules',
          'cancel_at',
          'cancel_at_period_end',
          'cancel_now',
          'default_tax_rates',
          'metadata',
          'pause',
          'resume_at',
          'start_date',
          'trial_end',
        ],
      ),
    ),
    expand,
  },
  [
    'automatic_tax',
    'currency',
    'customer_account',
    'customer_details',
    'discounts',
    'invoice_items',
    'issuer',
    'on_behalf_of',
    'preview_mode',
    'schedule',
    'schedule_details',
  ],
);

const portalParams = hash(
  {
    customer: required(text()),
    return_url: optional(absoluteUrl),
    flow_data: optional(
      hash({ type: required(oneOf('payment_method_update')) }, [
        'after_completion',
        'subscription_cancel',
        'subscription_update',
        'subscription_update_confirm',
      ]),
    ),
    expand,
  },
  ['configuration', 'customer_account', 'locale', 'on_behalf_of'],
);

/** docs.stripe.com/api/invoices, and docs.stripe.com/api/customer_portal/sessions. */
export const invoiceRoutes = [
  route({ method: 'POST', path: '/v1/invoices/create_preview', params: previewParams }, (context, { params }) => {
    const subscription = findSubscription(context, params.subscription, 'subscription');
    if (params.customer !== undefined && subscription.customer !== params.customer)
      throw refused(`The subscription ${subscription.id} is not of the customer ${params.customer}.`, {
        param: 'customer',
      });
    if (subscription.status === 'canceled')
      throw refused('You cannot preview the invoice of a canceled subscription.', { param: 'subscription' });
    const { items, proration_behavior: behavior, proration_date: at } = params.subscription_details;
    if (behavior !== 'always_invoice')
      throw refused('The local stand-in for Stripe previews `proration_behavior` `always_invoice` alone.', {
        param: 'subscription_details[proration_behavior]',
      });
    const { lines } = changeItems(context, subscription, { items, at, param: 'subscription_details[items]' });
    return draftInvoice(context, subscription, { lines, reason: 'upcoming' });
  }),
  route(
    {
      method: 'GET',
      path: '/v1/invoices',
      params: hash(
        {
          ...pageParams,
          customer: optional(text()),
          status: optional(oneOf('draft', 'open', 'paid', 'uncollectible', 'void')),
          subscription: optional(text()),
          expand,
        },
        ['collection_method', 'created', 'customer_account', 'due_date'],
      ),
    },
    (context, { params }) => {
      const found = [...context.world.invoices.values()]
        .filter(({ customer }) => params.customer === undefined || customer === params.customer)
        .filter(({ status }) => params.status === undefined || status === params.status)
        .filter((invoice) => params.subscription === undefined || subscriptionOf(invoice) === params.subscription);
      return listPage(found, params, '/v1/invoices');
    },
  ),
  route({ method: 'GET', path: '/v1/invoices/:id', params: hash({ expand }) }, (context, { id }) =>
    findInvoice(context, id),
  ),
  route({ method: 'POST', path: '/v1/billing_portal/sessions', params: portalParams }, (context, { params }) => {
    const customer = findCustomer(context, params.customer, 'customer');
    const id = newId('bps_');
    const session = {
      id,
      object: 'billing_portal.session',
      configuration: 'bpc_standIn',
      created: nowSeconds(context),
      customer: customer.id,
      customer_account: null,
      flow: null,
      livemode: false,
      locale: null,
      on_behalf_of: null,
      return_url: params.return_url ?? null,
      url: `${context.publicUrl}/p/session/${id}`,
    };
    context.world.portalSessions.set(id, session);
    return session;
  }),
];

/** The invoice of this id. */
export function findInvoice({ world }: Pick<Context, 'world'>, id: string): Invoice {
  const invoice = world.invoices.get(id);
  if (!invoice) throw missing('invoice', id, 'id');
  return invoice;
}

function subscriptionOf(invoice: Invoice): unknown {
  return invoice.parent?.subscription_details?.subscription;
}
