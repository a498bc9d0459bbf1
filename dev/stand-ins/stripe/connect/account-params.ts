import {
  currency,
  hash,
  jsonFlag,
  list,
  metadata,
  oneOf,
  optional,
  required,
  text,
  type Read,
} from '../wire/params.ts';
import { invalidParam } from '../wire/api-error.ts';
import type { Wire } from '../wire/form-body.ts';

const email = (value: Wire | undefined, param: string) => {
  const address = text({ lengthMax: 512 })(value, param);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) throw invalidParam(`Invalid email address: ${address}`, param);
  return address;
};

const country = (value: Wire | undefined, param: string) => {
  const code = text()(value, param);
  if (!/^[A-Za-z]{2}$/.test(code))
    throw invalidParam(`Invalid country: ${code}. Use an ISO 3166-1 alpha-2 code.`, param);
  return code.toUpperCase();
};

/** The parts of an account that are only answered when asked for. */
export const includeParam = optional(
  list(
    oneOf(
      'configuration.customer',
      'configuration.merchant',
      'configuration.recipient',
      'defaults',
      'future_requirements',
      'identity',
      'requirements',
    ),
  ),
);

const stripeTransfers = hash({ requested: required(jsonFlag) });

const recipient = hash({
  capabilities: required(
    hash({ stripe_balance: required(hash({ stripe_transfers: required(stripeTransfers) })) }, [
      'bank_accounts',
      'cards',
    ]),
  ),
});

const responsibilities = hash({
  fees_collector: required(oneOf('application', 'application_custom', 'application_express', 'stripe')),
  losses_collector: required(oneOf('application', 'stripe')),
});

const identity = hash(
  {
    country: optional(country),
    entity_type: optional(oneOf('individual', 'company', 'government_entity', 'non_profit')),
    individual: optional(
      hash({ given_name: optional(text()), surname: optional(text()), email: optional(email) }, [
        'additional_addresses',
        'additional_names',
        'address',
        'date_of_birth',
        'documents',
        'id_numbers',
        'legal_gender',
        'metadata',
        'nationalities',
        'phone',
        'political_exposure',
        'relationship',
        'script_addresses',
        'script_names',
      ]),
    ),
  },
  ['attestations', 'business_details'],
);

/** What a payee's account may be made with (docs.stripe.com/api/v2/core/accounts/create): the recipient configuration alone. */
export const accountParams = hash(
  {
    configuration: required(hash({ recipient: required(recipient) }, ['customer', 'merchant'])),
    contact_email: required(email),
    dashboard: optional(oneOf('express', 'full', 'none')),
    defaults: optional(
      hash(
        { currency: optional(currency), locales: optional(list(text())), responsibilities: optional(responsibilities) },
        ['profile'],
      ),
    ),
    display_name: optional(text()),
    identity: optional(identity),
    include: includeParam,
    metadata,
  },
  ['account_token', 'contact_phone'],
);

export type AccountParams = Read<typeof accountParams>;
