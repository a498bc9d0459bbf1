import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, metadata, optional, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { newId } from '../world.ts';

const customerParams = hash(
  {
    description: optional(text()),
    email: optional(text({ lengthMax: 512 })),
    metadata,
    name: optional(text({ lengthMax: 256 })),
    expand,
  },
  [
    'address',
    'balance',
    'business_name',
    'cash_balance',
    'individual_name',
    'invoice_prefix',
    'invoice_settings',
    'next_invoice_sequence',
    'payment_method',
    'phone',
    'preferred_locales',
    'shipping',
    'source',
    'tax',
    'tax_exempt',
    'tax_id_data',
    'test_clock',
    'validate',
  ],
);

/** docs.stripe.com/api/customers. */
export const customerRoutes = [
  route({ method: 'POST', path: '/v1/customers', params: customerParams }, (context, { params }) => {
    const customer: Stripe.Customer = {
      ...emptyCustomer,
      id: newId('cus_'),
      created: nowSeconds(context),
      description: params.description ?? null,
      email: params.email ?? null,
      metadata: params.metadata,
      name: params.name ?? null,
    };
    context.world.customers.set(customer.id, customer);
    emitEvent(context, 'customer.created', customer);
    return customer;
  }),
  route(
    {
      method: 'GET',
      path: '/v1/customers',
      params: hash({ ...pageParams, created: createdFilter, email: optional(text()), expand }, ['test_clock']),
    },
    (context, { params }) => {
      const found = [...context.world.customers.values()]
        .filter((customer) => isWithin(params.created, customer.created))
        .filter((customer) => params.email === undefined || customer.email === params.email);
      return listPage(found, params, '/v1/customers');
    },
  ),
  route({ method: 'GET', path: '/v1/customers/:id', params: hash({ expand }) }, (context, { id }) =>
    findCustomer(context, id, 'id'),
  ),
];

/** The customer of this id; the error names the parameter that has it. */
export function findCustomer({ world }: Pick<Context, 'world'>, id: string, param: string): Stripe.Customer {
  const customer = world.customers.get(id);
  if (!customer) throw missing('customer', id, param);
  return customer;
}

const emptyCustomer = {
  object: 'customer',
  address: null,
  balance: 0,
  currency: null,
  default_source: null,
  delinquent: false,
  discount: null,
  invoice_prefix: 'STANDIN',
  invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
  livemode: false,
  next_invoice_sequence: 1,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: 'none',
  test_clock: null,
} satisfies Partial<Stripe.Customer>;
