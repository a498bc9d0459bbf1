import { z } from 'zod';

const minor = z.number().int();

export const claimRequest = z.strictObject({
  dryRun: z.boolean().default(false).describe('true: only what would be paid; nothing changes.'),
});

export const claimAnswer = z.object({
  state: z.enum(['payable', 'paid']).describe('payable: what a dry run found.'),
  coverMinor: minor,
  currency: z.string(),
});

export const coverWire = z.object({
  state: z.enum(['reserved', 'open', 'paid', 'ended']),
  premiumMinor: minor,
  coverMinor: minor.describe('What it pays when it pays.'),
  currency: z.string(),
  outcome: z.string().nullable().describe('Why it paid nothing.'),
  openedAt: z.string().nullable(),
  decidedAt: z.string().nullable(),
});

export const poolStatement = z.object({
  pools: z.array(
    z.object({
      currency: z.string(),
      balanceMinor: minor,
      capitalMinor: minor.describe('What of our own earnings it may still draw.'),
      comingMinor: minor.describe('Premiums of covers whose checkout is open.'),
      standingMinor: minor.describe('All covers that are open or reserved: what it may have to pay at once.'),
      standing: minor.describe('How many they are.'),
      solvencyRatio: z
        .number()
        .nullable()
        .describe('(balance + capital + coming) / standing; never under 1 when cover is sold. Null: nothing stands.'),
    }),
  ),
  months: z.array(
    z.object({
      month: z.string(),
      currency: z.string(),
      premiumsMinor: minor,
      premiumsBackMinor: minor,
      capitalMinor: minor,
      paidMinor: minor,
      claims: minor,
      balanceMinor: minor.describe('At the end of the month, or now.'),
    }),
  ),
});
