import {
  currency,
  expand,
  hash,
  metadata,
  oneOf,
  optional,
  positiveAmount,
  required,
  text,
  type Read,
} from '../wire/params.ts';

/** What a transfer may be made with (docs.stripe.com/api/transfers/create). */
export const transferParams = hash({
  amount: required(positiveAmount),
  currency: required(currency),
  destination: required(text()),
  description: optional(text()),
  metadata,
  source_transaction: optional(text()),
  source_type: optional(oneOf('card', 'bank_account', 'fpx')),
  transfer_group: optional(text({ lengthMax: 500 })),
  expand,
});

export type TransferParams = Read<typeof transferParams>;
