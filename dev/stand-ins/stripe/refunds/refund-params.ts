import { expand, hash, metadata, oneOf, optional, positiveAmount, text, type Read } from '../wire/params.ts';

/** What a refund may be made with (docs.stripe.com/api/refunds/create). */
export const refundParams = hash(
  {
    charge: optional(text()),
    payment_intent: optional(text()),
    amount: optional(positiveAmount),
    reason: optional(oneOf('duplicate', 'fraudulent', 'requested_by_customer')),
    metadata,
    expand,
  },
  ['currency', 'customer', 'instructions_email', 'origin', 'refund_application_fee', 'reverse_transfer'],
);

export type RefundParams = Read<typeof refundParams>;
