import { z } from 'zod';

const minor = z.number().int();
const when = z.string().nullable();
const action = z.enum(['pay', 'withhold']);

export const chargebackWire = z.object({
  id: z.string(),
  bountyId: z.string().nullable().describe('Null where a wallet was paid into.'),
  bountyCode: z.string().nullable(),
  workspace: z.string(),
  purpose: z.enum(['reward', 'boost', 'tip', 'top_up']).describe('What the payment was for.'),
  amountMinor: minor,
  currency: z.string(),
  reason: z.string().nullable(),
  state: z.enum(['open', 'won', 'lost']),
  openedAt: z.string(),
  closedAt: when,
  evidenceDueAt: when.describe('Until when the bank takes evidence.'),
  clawedBackMinor: minor.describe('What of it is taken from money that was still held.'),
  withheldMinor: minor.describe('What of it payouts and refunds cover that had not left.'),
  waitingMinor: minor.describe('Payouts and refunds of its payment that wait, or what is missing in a wallet.'),
  undecided: z.boolean().describe('It was lost, something waits, and an admin decides about that.'),
  decision: action.nullable(),
  decisionReason: z.string().nullable(),
  decidedAt: when,
});

export const chargebackList = z.object({ data: z.array(chargebackWire) });

export const decideRequest = z.strictObject({
  action: action.describe('pay: payouts that wait leave, and the loss is ours; withhold: they cover the loss.'),
  reason: z.string().trim().min(5).max(500).describe('Why; kept in the audit log.'),
});

export const decideAnswer = z.object({
  action,
  leavesMinor: minor.describe('What leaves now.'),
  withheldMinor: minor.describe('What covers the loss.'),
  lossMinor: minor.describe('What of the loss is ours, or is still missing in a wallet.'),
});

const payer = z.object({
  accountId: z.string(),
  name: z.string(),
  since: z.string(),
  role: z.string().nullable(),
  identities: z.array(z.object({ provider: z.string(), name: z.string().nullable(), since: z.string() })),
});
const times = z.array(z.object({ at: z.string(), what: z.string() }));
const ledger = z.array(
  z.object({ at: z.string(), kind: z.string(), account: z.string(), amountMinor: minor, currency: z.string() }),
);

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
  funder: payer.extend({ isPoster: z.boolean() }),
  times,
  service: z.object({ submissions: minor, competitors: minor, runs: minor, firstRunAt: when, lastRunAt: when }),
  award: z
    .object({
      payees: z.array(z.object({ agent: z.string(), agentCode: z.string(), amountMinor: minor })),
      receipt: z.record(z.string(), z.unknown()),
      jws: z.string().describe('The signed statement of the award; it can be checked offline.'),
      kid: z.string(),
    })
    .nullable(),
  ledger,
});

export const walletEvidenceWire = z.object({
  chargeback: chargebackWire,
  topUp: z.object({
    workspace: z.string(),
    slug: z.string(),
    amountMinor: minor,
    currency: z.string(),
    paidAt: z.string(),
    paymentIntentId: z.string().nullable(),
    chargeId: z.string().nullable(),
  }),
  funder: payer,
  spent: z
    .array(
      z.object({
        at: z.string(),
        bountyCode: z.string(),
        title: z.string(),
        state: z.string(),
        by: z.string().nullable(),
        approvedBy: z.string().nullable(),
        totalMinor: minor,
        ofThisMinor: minor.describe('How much of it was of this payment.'),
        releasedMinor: minor.describe('What of the reward was paid to winners.'),
        returnedMinor: minor.describe('What of that is in the wallet again.'),
        submissions: minor,
        competitors: minor,
        runs: minor,
      }),
    )
    .describe('Bounties that were paid from the wallet with money of this payment.'),
  seen: z
    .array(z.object({ at: z.string(), who: z.string(), role: z.string().nullable(), what: z.string() }))
    .describe('Who did or read what about the money of the workspace, from the payment to the chargeback.'),
  times,
  ledger,
});
