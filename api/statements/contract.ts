import { z } from 'zod';

const minor = z.number().int();
const decimal = z.string().describe('The same amount with the digits its currency has.');
const day = z.iso.date();

export const statementQuery = z.strictObject({
  from: day.optional().describe('The first day (UTC), like 2026-11-01; the first of this month when left out.'),
  to: day.optional().describe('The last day (UTC), whole; today when left out.'),
});

export const yearQuery = z.strictObject({
  year: z.coerce.number().int().min(2020).max(2200).optional().describe('The year (UTC); this one when left out.'),
});

const total = z.object({
  currency: z.string(),
  openingMinor: minor,
  opening: decimal,
  closingMinor: minor,
  closing: decimal,
});

const line = z.object({
  at: z.string(),
  what: z.string(),
  currency: z.string(),
  amountMinor: minor,
  amount: decimal,
  balanceMinor: minor,
  balance: decimal,
});

export const workspaceStatement = z.object({
  workspace: z.object({ slug: z.string(), name: z.string() }),
  from: z.string(),
  until: z.string().describe('The period ends before this moment.'),
  totals: z.array(total).describe('By currency: opening + the amounts of its lines = closing.'),
  lines: z.array(
    line.extend({
      bountyCode: z.string().nullable(),
      bountyTitle: z.string().nullable(),
      rewardMinor: minor,
      feeMinor: minor,
      premiumMinor: minor.describe('Paid for insurance, or given back of it; beside the balance.'),
    }),
  ),
  plan: z
    .array(
      z.object({
        at: z.string(),
        what: z.string(),
        invoice: z.string().nullable(),
        currency: z.string(),
        amountMinor: minor,
        amount: decimal,
      }),
    )
    .describe('What the subscription was charged, and what went back of it; it is in no balance.'),
});

export const payoutStatement = z.object({
  payee: z.object({ name: z.string(), country: z.string().nullable() }),
  from: z.string(),
  until: z.string(),
  totals: z
    .array(total.extend({ earnedMinor: minor, earned: decimal, paidOutMinor: minor, paidOut: decimal }))
    .describe('By currency: opening + earned − paid out = closing.'),
  lines: z.array(
    line.extend({
      bountyCode: z.string().nullable(),
      bountyTitle: z.string().nullable(),
      transferId: z.string().nullable(),
    }),
  ),
});

export const fundingReceipt = z.object({
  bounty: z.object({ code: z.string(), title: z.string() }),
  workspace: z.string(),
  payments: z.array(
    z.object({
      number: z.string(),
      purpose: z.enum(['reward', 'boost', 'tip']),
      source: z.enum(['checkout', 'wallet', 'card']),
      paidBy: z.string(),
      paidAt: z.string(),
      currency: z.string(),
      rewardMinor: minor,
      feeMinor: minor,
      premiumMinor: minor,
      totalMinor: minor,
      total: decimal,
      paymentIntentId: z.string().nullable(),
      refunds: z.array(
        z.object({
          amountMinor: minor,
          amount: decimal,
          sentAt: z.string(),
          refundId: z.string().nullable().describe('Null: back into the wallet it came from.'),
        }),
      ),
    }),
  ),
});
