import {
  absoluteUrl,
  currency,
  expand,
  hash,
  integer,
  list,
  metadata,
  oneOf,
  optional,
  required,
  text,
  type Read,
} from '../wire/params.ts';

const priceData = hash(
  {
    currency: required(currency),
    product_data: required(
      hash({ name: required(text({ lengthMax: 1500 })), description: optional(text({ lengthMax: 1500 })), metadata }, [
        'images',
        'tax_code',
        'tax_details',
        'unit_label',
      ]),
    ),
    unit_amount: required(integer({ min: 0 })),
  },
  ['product', 'recurring', 'tax_behavior', 'unit_amount_decimal'],
);

const lineItem = hash(
  {
    price: optional(text()),
    price_data: optional(priceData),
    quantity: required(integer({ min: 1, max: 999_999 })),
    metadata,
  },
  ['adjustable_quantity', 'tax_rates'],
);

const paymentIntentData = hash(
  {
    description: optional(text({ lengthMax: 1000 })),
    metadata,
    receipt_email: optional(text({ lengthMax: 512 })),
    transfer_group: optional(text({ lengthMax: 500 })),
  },
  [
    'application_fee_amount',
    'capture_method',
    'on_behalf_of',
    'setup_future_usage',
    'shipping',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'transfer_data',
  ],
);

// The rest of what SessionCreateParams of the SDK lists: real at Stripe, not acted on here.
const unsupported = [
  'adaptive_pricing',
  'after_expiration',
  'allow_promotion_codes',
  'automatic_tax',
  'billing_address_collection',
  'branding_settings',
  'consent_collection',
  'custom_fields',
  'custom_text',
  'customer_account',
  'customer_creation',
  'customer_update',
  'discounts',
  'excluded_payment_method_types',
  'integration_identifier',
  'invoice_creation',
  'managed_payments',
  'name_collection',
  'optional_items',
  'origin_context',
  'payment_method_collection',
  'payment_method_configuration',
  'payment_method_data',
  'payment_method_options',
  'permissions',
  'phone_number_collection',
  'redirect_on_completion',
  'return_url',
  'saved_payment_method_options',
  'shipping_address_collection',
  'shipping_options',
  'tax_id_collection',
  'wallet_options',
];

/** What a Checkout Session for a payment may be made with (docs.stripe.com/api/checkout/sessions/create). */
export const sessionParams = hash(
  {
    mode: required(oneOf('payment', 'setup', 'subscription')),
    line_items: optional(list(lineItem)),
    allowed_payment_method_types: optional(list(oneOf('card'))),
    currency: optional(currency),
    customer: optional(text()),
    subscription_data: optional(
      hash({ metadata }, [
        'application_fee_percent',
        'billing_cycle_anchor',
        'billing_mode',
        'default_tax_rates',
        'description',
        'invoice_settings',
        'on_behalf_of',
        'proration_behavior',
        'transfer_data',
        'trial_end',
        'trial_period_days',
        'trial_settings',
      ]),
    ),
    setup_intent_data: optional(hash({ description: optional(text({ lengthMax: 1000 })), metadata }, ['on_behalf_of'])),
    success_url: required(absoluteUrl),
    cancel_url: optional(absoluteUrl),
    client_reference_id: optional(text({ lengthMax: 200 })),
    customer_email: optional(text({ lengthMax: 800 })),
    expires_at: optional(integer()),
    locale: optional(text()),
    metadata,
    payment_intent_data: optional(paymentIntentData),
    submit_type: optional(oneOf('auto', 'book', 'donate', 'pay', 'subscribe')),
    ui_mode: optional(oneOf('hosted_page', 'elements', 'embedded_page', 'form')),
    expand,
  },
  unsupported,
);

export type SessionParams = Read<typeof sessionParams>;
