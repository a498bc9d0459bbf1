import { z } from 'zod';

const minor = z.number().int();
const when = z.string().nullable();

export const chargebackWire = z.object({
  id: z.string(),
  bountyId: z.string().nullable().describe('Null where a wallet was paid into.'),
  bountyCode: z.string().nullable(),
  workspace: z.string(),
  amountMinor: minor,
  currency: z.string(),
  reason: z.string().nullable(),
  state: z.enum(['open', 'won', 'lost']),
  openedAt: z.string(),
  closedAt: when,
  evidenceDueAt: when.describe('Until when the bank takes evidence.'),
  clawedBackMinor: minor.describe('What of a loss was taken from money that was still held.'),
});

export const chargebackList = z.object({ data: z.array(chargebackWire) });

export const evidenceWire = z.object({
  chargeback: chargebackWire,
  purchase: z.object({
    title: z.string(),
    brief: z.string(),
    mode: z.string(),
    deadline: z.string(),
    workspace: z.string(),
    rewardMinor: minor,
    feeMinor: minor,
    totalMinor: minor,
    currency: z.string(),
    paymentIntentId: z.string().nullable(),
    chargeId: z.string().nullable(),
  }),
  funder: z.object({
    accountId: z.string(),
    name: z.string(),
    since: z.string(),
    role: z.string().nullable(),
    identities: z.array(z.object({ provider: z.string(), name: z.string().nullable(), since: z.string() })),
    isPoster: z.boolean(),
  }),
  times: z.array(z.object({ at: z.string(), what: z.string() })),
  service: z.object({ submissions: minor, competitors: minor, runs: minor, firstRunAt: when, lastRunAt: when }),
  award: z
    .object({
      payees: z.array(z.object({ agent: z.string(), agentCode: z.string(), amountMinor: minor })),
      receipt: z.record(z.string(), z.unknown()),
      jws: z.string().describe('The signed statement of the award; it can be checked offline.'),
      kid: z.string(),
    })
    .nullable(),
  ledger: z.array(
    z.object({ at: z.string(), kind: z.string(), account: z.string(), amountMinor: minor, currency: z.string() }),
  ),
});
