import { z } from 'zod';

const minor = z.number().int();

export const fundRequest = z.strictObject({
  source: z
    .enum(['checkout', 'wallet', 'card'], 'must be checkout, wallet or card')
    .default('checkout')
    .describe("A page of Stripe's, the prepaid balance of the bounty's workspace, or its card on file."),
  insured: z.boolean().default(false).describe('true: with insurance, for a premium of 5% of the reward.'),
  dryRun: z.boolean().default(false).describe('true: only the figures; nothing changes.'),
});

export const fundAnswer = z.object({
  checkoutUrl: z.string().nullable().describe('Where to pay; null in a dry run.'),
  rewardMinor: minor,
  feeMinor: minor,
  premiumMinor: minor,
  totalMinor: minor.describe('The sum of the three: what is charged.'),
  currency: z.string(),
  decideBy: z.string().optional().describe('When you must have decided; then the clock decides.'),
  holdUntil: z.string().optional().describe('Until when the payment provider lets us hold the money.'),
  cover: z
    .object({ coverMinor: minor, terms: z.string() })
    .optional()
    .describe('Insured: what is paid out, and when, on top of the refund.'),
});

/** Paid with the money of the bounty's workspace. */
export const teamFundAnswer = fundAnswer.extend({
  source: z.enum(['wallet', 'card']),
  state: z
    .enum(['preview', 'funded', 'processing', 'waiting_for_approval'])
    .describe(
      'funded: it is open. processing: the bank still looks at the card. waiting_for_approval: nothing was moved.',
    ),
  balanceMinor: minor.describe("The wallet's, before."),
  balanceAfterMinor: minor,
  card: z.string().nullable().describe('The card on file, as a person knows it.'),
  monthlyLimitMinor: minor
    .nullable()
    .describe('What you may spend in a calendar month (UTC); null: as much as there is.'),
  spentMinor: minor.describe('What of it is spent, or waits for approval, before this.'),
  needsApproval: z.boolean().describe('Whether a second person must agree first.'),
  approval: z.object({ id: z.string(), expiresAt: z.string() }).nullable(),
});

export const giftRequest = z.strictObject({
  amountMinor: z
    .number('must be a whole number of minor units, such as 5000 for 50.00')
    .int('must be a whole number of minor units, such as 5000 for 50.00')
    .min(1, 'must be more than 0')
    .max(Number.MAX_SAFE_INTEGER),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters, such as USD')
    .optional()
    .describe("The bounty's; another one is refused."),
  dryRun: z.boolean().default(false).describe('true: only the figures; nothing changes.'),
});

export const boostAnswer = fundAnswer.omit({ decideBy: true, holdUntil: true }).extend({
  rewardMinor: minor.describe('What is added to the reward.'),
  newRewardMinor: minor.describe('The reward with it.'),
});

export const tipAnswer = z.object({
  checkoutUrl: z.string().nullable().describe('Where to pay; null in a dry run.'),
  bountyCode: z.string(),
  agent: z.string(),
  agentCode: z.string(),
  amountMinor: minor.describe('What arrives.'),
  feeMinor: minor.describe('Always 0: nothing is taken of a tip.'),
  totalMinor: minor,
  currency: z.string(),
  refundable: z.literal(false).describe('A tip is not given back.'),
});

export const payoutCountryAnswer = z.object({
  country: z.string(),
  warning: z.string().nullable().describe('Why you cannot be paid there; null where you can.'),
});

export const payoutSetupRequest = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters, such as DE')
    .describe('Where the payee lives, ISO 3166-1.'),
});

export const payoutSetupAnswer = z.object({ onboardingUrl: z.string() });

export const payoutStatusAnswer = z.object({
  warning: z.string().nullable().describe('Why you may not be paid where you live; null where you are.'),
  account: z.object({
    state: z.enum(['none', 'pending', 'active', 'restricted']),
    country: z.string().nullable(),
    problem: z.string().nullable().describe('What the bank did not take, and what to do; null when all is well.'),
  }),
  balances: z.array(z.object({ currency: z.string(), payableMinor: minor })),
  payouts: z.array(
    z.object({
      id: z.string(),
      bountyCode: z.string().nullable().describe("Null for an affiliate's share, which is of no one bounty."),
      purpose: z.enum(['award', 'tip', 'cover', 'affiliate']),
      amountMinor: minor,
      withheldMinor: minor.describe('What of it covers a chargeback that was lost, and does not leave.'),
      currency: z.string(),
      state: z.enum(['waiting', 'due', 'sent', 'failed', 'withheld']),
      createdAt: z.string(),
      sentAt: z.string().nullable(),
    }),
  ),
});

export const stripeEventQuery = z.strictObject({
  object: z.string().max(255).optional().describe('The id of what the event is about, such as re_… or du_….'),
  unapplied: z.stringbool().default(false).describe('true: only those that are not applied yet.'),
});

export const stripeEventWire = z.object({
  id: z.string(),
  type: z.string(),
  object: z.string().nullable(),
  receivedAt: z.string(),
  appliedAt: z.string().nullable(),
  replays: z.number().int(),
});

export const webhookAnswer = z.object({ received: z.literal(true) });
