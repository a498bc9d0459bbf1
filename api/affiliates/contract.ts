import { z } from 'zod';

const minor = z.number().int();

export const codeWire = z.object({ code: z.string(), link: z.string() });

export const acceptRequest = z.strictObject({
  code: z.string().trim().min(1).max(40).describe('The code of who invited you, eight letters and digits.'),
});

export const acceptAnswer = z.object({
  accepted: z.literal(true),
  endsAt: z.string().describe('Until when who invited you gets a share of our fee. You pay nothing for it.'),
});

export const affiliateWire = z.object({
  code: z.string().nullable().describe('Null until it is made.'),
  link: z.string().nullable(),
  invited: z.number().int().describe('How many accepted; who they are is not told.'),
  sharePercent: z.number().int(),
  shareMonths: z.number().int(),
  heldDays: z.number().int().describe('A share is paid so many days after it was earned, at the earliest.'),
  nextPayoutAt: z.string(),
  balances: z.array(
    z.object({
      currency: z.string(),
      earnedMinor: minor.describe('Ever, less what came back.'),
      paidMinor: minor.describe('Handed to your payouts.'),
      balanceMinor: minor,
      minimumMinor: minor,
      nextPayoutMinor: minor.describe(
        'What would be paid at the next payout as things stand; 0 when what is old enough is under the minimum.',
      ),
    }),
  ),
  months: z.array(
    z.object({ month: z.string(), currency: z.string(), earnedMinor: minor, reversedMinor: minor, paidMinor: minor }),
  ),
});
