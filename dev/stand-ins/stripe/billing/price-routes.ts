import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { missing, refused } from '../wire/api-error.ts';
import { listPage, pageParams } from '../wire/list-page.ts';
import {
  currency,
  expand,
  flag,
  hash,
  integer,
  list,
  metadata,
  oneOf,
  optional,
  required,
  text,
} from '../wire/params.ts';
import type { Read } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { newId } from '../world.ts';
import type { Price } from './billing-objects.ts';

const recurring = hash({ interval: required(oneOf('day', 'month', 'week', 'year')) }, [
  'interval_count',
  'meter',
  'trial_period_days',
  'usage_type',
]);

const priceParams = hash(
  {
    currency: required(currency),
    unit_amount: required(integer({ min: 0 })),
    recurring: required(recurring),
    lookup_key: optional(text({ lengthMax: 200 })),
    nickname: optional(text({ lengthMax: 5000 })),
    product: optional(text()),
    product_data: optional(
      hash({ name: required(text()), metadata }, ['active', 'id', 'statement_descriptor', 'tax_code', 'unit_label']),
    ),
    metadata,
    expand,
  },
  [
    'active',
    'billing_scheme',
    'currency_options',
    'custom_unit_amount',
    'tax_behavior',
    'tiers',
    'tiers_mode',
    'transfer_lookup_key',
    'transform_quantity',
    'unit_amount_decimal',
  ],
);

/** docs.stripe.com/api/prices and docs.stripe.com/api/products: monthly prices, each made with its product. */
export const priceRoutes = [
  route({ method: 'POST', path: '/v1/prices', params: priceParams }, (context, { params }) =>
    createPrice(context, params),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/prices',
      params: hash(
        {
          ...pageParams,
          active: optional(flag),
          lookup_keys: optional(list(text(), { max: 10 })),
          product: optional(text()),
          expand,
        },
        ['created', 'currency', 'recurring', 'type'],
      ),
    },
    (context, { params }) => {
      const found = [...context.world.prices.values()]
        .filter((price) => params.active === undefined || price.active === params.active)
        .filter((price) => params.product === undefined || price.product === params.product)
        .filter((price) => params.lookup_keys === undefined || params.lookup_keys.includes(price.lookup_key ?? ''));
      return listPage(found, params, '/v1/prices');
    },
  ),
  route({ method: 'GET', path: '/v1/prices/:id', params: hash({ expand }) }, (context, { id }) =>
    findPrice(context, id, 'id'),
  ),
  route({ method: 'GET', path: '/v1/products/:id', params: hash({ expand }) }, (context, { id }) => {
    const product = context.world.products.get(id);
    if (!product) throw missing('product', id, 'id');
    return product;
  }),
];

/** The price of this id; the error names the parameter that has it. */
export function findPrice({ world }: Pick<Context, 'world'>, id: string, param: string): Price {
  const price = world.prices.get(id);
  if (!price) throw missing('price', id, param);
  return price;
}

function createPrice(context: Context, params: Read<typeof priceParams>): Price {
  if ((params.product === undefined) === (params.product_data === undefined))
    throw refused('You must provide one of `product` or `product_data`.', { param: 'product' });
  const taken = [...context.world.prices.values()].find((price) => price.lookup_key === params.lookup_key);
  if (params.lookup_key !== undefined && taken !== undefined)
    throw refused(`A price (\`${taken.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
  const price: Price = {
    id: newId('price_'),
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: nowSeconds(context),
    currency: params.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: params.lookup_key ?? null,
    metadata: params.metadata,
    nickname: params.nickname ?? null,
    product: productOf(context, params),
    recurring: {
      interval: params.recurring.interval,
      interval_count: 1,
      meter: null,
      trial_period_days: null,
      usage_type: 'licensed',
    },
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'recurring',
    unit_amount: params.unit_amount,
    unit_amount_decimal: String(params.unit_amount),
  };
  context.world.prices.set(price.id, price);
  emitEvent(context, 'price.created', price);
  return price;
}

function productOf(context: Context, params: Read<typeof priceParams>): string {
  if (params.product !== undefined) {
    if (!context.world.products.has(params.product)) throw missing('product', params.product, 'product');
    return params.product;
  }
  const created = nowSeconds(context);
  const product: Stripe.Product = {
    id: newId('prod_'),
    object: 'product',
    active: true,
    created,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: params.product_data?.metadata ?? {},
    name: params.product_data?.name ?? '',
    package_dimensions: null,
    shippable: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    updated: created,
    url: null,
  };
  context.world.products.set(product.id, product);
  emitEvent(context, 'product.created', product);
  return product.id;
}
