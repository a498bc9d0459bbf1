import { z } from 'zod';

const minor = z.number().int();

export const walletWire = z.object({
  workspace: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  canManage: z.boolean().describe('Whether you may take money out, keep the card, and set limits.'),
  balances: z.array(
    z.object({
      currency: z.string(),
      balanceMinor: minor,
      goesBack: z
        .object({ on: z.string(), amountMinor: minor })
        .nullable()
        .describe('What goes back next to who paid it in, and on which day (UTC), unless it is spent before.'),
    }),
  ),
  card: z
    .object({ brand: z.string(), last4: z.string(), expMonth: z.number().int(), expYear: z.number().int() })
    .nullable()
    .describe('The card on file, as a person knows it; the card itself is at Stripe.'),
  frozenReason: z.string().nullable().describe('Why nothing can be spent now; null when it can.'),
});

const amount = z
  .number('must be a whole number of minor units, such as 50000 for 500.00')
  .int('must be a whole number of minor units, such as 50000 for 500.00')
  .min(1, 'must be more than 0')
  .max(99_999_999, 'must be at most 99999999, the most that one payment takes');
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters, such as USD');
const dryRun = z.boolean().default(false).describe('true: only the figures; nothing changes.');

export const topUpRequest = z.strictObject({ amountMinor: amount, currency, dryRun });

export const topUpAnswer = z.object({
  id: z.string().nullable(),
  checkoutUrl: z.string().nullable().describe('Where to pay; null in a dry run.'),
  amountMinor: minor.describe('What is charged, and arrives: there is no fee on it.'),
  balanceMinor: minor,
  balanceAfterMinor: minor,
  currency: z.string(),
  goesBackOn: z.string().describe('The day (UTC) on which what is not spent of it goes back, if it is paid today.'),
  terms: z.string().describe('The same as a sentence, to be shown before it is paid.'),
});

export const withdrawalRequest = z.strictObject({
  amountMinor: amount,
  currency,
  reason: z.string().trim().min(1, 'must say why').max(200).default('Taken out by hand'),
  dryRun,
});

export const withdrawalAnswer = z.object({
  amountMinor: minor,
  balanceAfterMinor: minor,
  currency: z.string(),
  parts: z
    .array(z.object({ topUpId: z.string(), paidAt: z.string(), paidBy: z.string(), amountMinor: minor }))
    .describe('What goes back to which payment into the wallet, the oldest first.'),
});

export const cardSetupAnswer = z.object({ setupUrl: z.string().describe("Stripe's page, where the card is given.") });

export const walletLine = z.object({
  id: z.string(),
  at: z.string(),
  what: z.string(),
  who: z.string().nullable(),
  approvedBy: z.string().nullable(),
  reason: z.string().nullable(),
  bountyCode: z.string().nullable(),
  currency: z.string(),
  amountMinor: minor,
  balanceMinor: minor,
});

const roleName = z.enum(['owner', 'admin', 'moderator', 'poster'], 'must be owner, admin, moderator or poster');
const limitMinor = z
  .number('must be a whole number of minor units, such as 50000 for 500.00')
  .int('must be a whole number of minor units, such as 50000 for 500.00')
  .min(0, 'must not be negative')
  .max(Number.MAX_SAFE_INTEGER)
  .nullable();

export const limitRequest = z
  .strictObject({
    currency,
    accountId: z.uuid('must be the id of an account').optional(),
    role: roleName.optional().describe('Everybody of this role who has no limit of their own.'),
    monthlyMinor: limitMinor.describe('What may be spent in a calendar month (UTC); null takes the limit away.'),
  })
  .refine((body) => (body.accountId === undefined) !== (body.role === undefined), 'give either accountId or role');

export const approvalRuleRequest = z.strictObject({
  currency,
  aboveMinor: limitMinor.describe('Above this a second person must agree; null: never.'),
});

export const approverRequest = z.strictObject({ accountId: z.uuid('must be the id of an account') });

const person = z.object({ accountId: z.string(), name: z.string(), role: z.string() });

export const walletSettings = z.object({
  workspace: z.string(),
  limits: z.array(
    z.object({
      currency: z.string(),
      accountId: z.string().nullable(),
      name: z.string().nullable(),
      role: z.string().nullable(),
      monthlyMinor: minor,
    }),
  ),
  approvalAbove: z.array(z.object({ currency: z.string(), aboveMinor: minor })),
  approversNamed: z.boolean().describe('false: nobody was named, and the owners and admins agree.'),
  approvers: z.array(person),
  members: z.array(person.extend({ chatUsers: z.array(z.string()).describe('As slack:U1 or discord:1.') })),
});
