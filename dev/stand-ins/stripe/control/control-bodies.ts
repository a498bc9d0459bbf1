import { z } from 'zod';
import { cardNumbers } from '../customers/cards.ts';

/** The JSON bodies of the control API; each refuses what it does not know. */
export const webhooksBody = z
  .strictObject({
    delayMs: z.number().int().min(0),
    duplicate: z.union([z.boolean(), z.number().int().min(1)]),
    reorder: z.boolean(),
    drop: z.union([z.boolean(), z.number().int().min(0)]),
    hold: z.boolean(),
  })
  .partial();

const match = z.string().optional();

export const faultsBody = z.strictObject({
  failNext: z
    .strictObject({
      next: z.number().int().min(0),
      status: z.number().int().min(400).max(599).optional(),
      executed: z.boolean().optional(),
      match,
    })
    .nullable()
    .optional(),
  loseAnswers: z
    .strictObject({
      next: z.number().int().min(0).optional(),
      probability: z.number().min(0).max(1).optional(),
      how: z.enum(['reset', 'truncated', 'hang']).optional(),
      match,
    })
    .nullable()
    .optional(),
});

export const checkOutBody = z.strictObject({
  session: z.string(),
  outcome: z.enum(['paid', 'saved', 'failed', 'abandoned']),
  card: z.enum(cardNumbers).optional(),
});

export const onboardBody = z.strictObject({
  account: z.string(),
  outcome: z.enum(['complete', 'incomplete']).optional(),
  country: z.string().length(2).optional(),
});

export const recipientBody = z.strictObject({
  account: z.string(),
  state: z.enum(['active', 'pending', 'restricted', 'rejected', 'unsupported']),
});

export const disputeBody = z.strictObject({
  charge: z.string(),
  amount: z.number().int().optional(),
  reason: z.string().optional(),
  inquiry: z.boolean().optional(),
});

export const escalateBody = z.strictObject({ dispute: z.string() });

export const closeDisputeBody = z.strictObject({ dispute: z.string(), outcome: z.enum(['won', 'lost']) });

export const failRefundBody = z.strictObject({ refund: z.string(), reason: z.string().optional() });

export const payoutBody = z.strictObject({
  account: z.string().optional(),
  amount: z.number().int().min(1).optional(),
  currency: z.string(),
});

export const failPayoutBody = z.strictObject({ payout: z.string(), code: z.string().optional() });

export const topUpBody = z.strictObject({ amount: z.number().int().min(1), currency: z.string() });

export const renewBody = z.strictObject({ subscription: z.string(), at: z.number().int().optional() });

export const retryInvoiceBody = z.strictObject({ invoice: z.string() });

export const cardBody = z.strictObject({ customer: z.string(), card: z.enum(cardNumbers) });

export const giveUpBody = z.strictObject({ subscription: z.string() });
