import { z } from 'zod';

const minor = z
  .number()
  .int()
  .nullable()
  .describe('In minor units, signed as for our cash; null where that side has nothing.');

export const reconciliationRequest = z.strictObject({
  cutOff: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Everything before this moment is compared; a quarter of an hour ago when left out.'),
});

const difference = z.object({
  cause: z.enum([
    'missing_here',
    'missing_there',
    'other_amount',
    'other_currency',
    'other_bounty',
    'doubled_here',
    'doubled_there',
    'late',
    'balance',
    'violation',
  ]),
  what: z.string().describe('The kind of movement, such as payment, payout or refund.'),
  bountyId: z.string().nullable(),
  currency: z.string().nullable(),
  stripeMinor: minor,
  ledgerMinor: minor,
  stripeIds: z.array(z.string()),
  ledgerIds: z.array(z.string()),
  sentence: z.string().describe('What is wrong and what to do.'),
});

export const reconciliationSummary = z.object({
  id: z.string(),
  kind: z.enum(['nightly', 'asked']),
  state: z.enum(['due', 'running', 'done']),
  cutOff: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  problem: z.string().nullable().describe('Why it could not be made yet.'),
  movements: z.number().int().nullable().describe('Movements of our balance at Stripe that were compared.'),
  transfers: z.number().int().nullable().describe('Transfers of the ledger that were compared.'),
  balances: z.array(z.object({ currency: z.string(), stripeMinor: z.number().int(), ledgerMinor: z.number().int() })),
  differenceCount: z.number().int().nullable(),
});

export const reconciliationWire = reconciliationSummary.extend({
  differences: z.array(difference).describe('At most the first thousand.'),
});

export const reconciliationList = z.object({
  data: z.array(reconciliationSummary),
  settlementStop: z
    .object({ reason: z.string(), stoppedAt: z.string() })
    .nullable()
    .describe('Why nothing is released, refunded or paid out; null when money may move.'),
});

export const liftRequest = z.strictObject({
  reason: z.string().trim().min(5).max(500).describe('What was corrected; kept in the audit log.'),
});

export const liftAnswer = z.object({ settlementStop: z.null() });
