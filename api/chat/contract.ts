import { z } from 'zod';

export const homeRequest = z.strictObject({
  homeId: z.string().min(1).max(64).describe('Slack team or Discord guild.'),
  homeName: z.string().max(100).default(''),
  channelId: z.string().min(1).max(64).describe('Where cards go: a Slack channel or a Discord forum.'),
});

export const homeAnswer = z.object({ workspace: z.object({ slug: z.string(), name: z.string() }) });

export const cardRequest = z.strictObject({
  bountyId: z.uuid(),
  homeId: z.string().min(1).max(64),
  channelId: z.string().min(1).max(64),
});

export const cardAnswer = z.object({ wanted: z.literal(true) });

export const claimRequest = z.strictObject({ limit: z.number().int().min(1).max(50).default(10) });

export const claimedCard = z.object({
  id: z.string(),
  leaseToken: z.string(),
  homeId: z.string(),
  channelId: z.string(),
  messageRef: z.string().nullable().describe('What the bot stored when it first drew the card; null: draw a new one.'),
  threadRef: z.string().nullable(),
  bountyCode: z.string(),
  version: z.number().int().describe('Say this as drawnVersion once it is drawn.'),
});

export const claimAnswer = z.object({ data: z.array(claimedCard) });

export const settleRequest = z.union([
  z.strictObject({
    leaseToken: z.uuid(),
    drawnVersion: z.number().int().min(0),
    messageRef: z.string().min(1).max(200),
    threadRef: z.string().max(200).nullable().default(null),
  }),
  z.strictObject({
    leaseToken: z.uuid(),
    failed: z.string().min(1).max(500),
    permanent: z.boolean().describe('true: the channel is gone or closed to us; do not try again.'),
  }),
]);

export const settleAnswer = z.object({ settled: z.boolean().describe('false: another bot had taken the card over.') });

const notice = z.object({ id: z.string(), leaseToken: z.string(), userId: z.string() });

/** One thing to tell one person in private: `kind` says what is in the payload. */
export const claimedNotice = z.discriminatedUnion('kind', [
  notice.extend({
    kind: z.literal('plan_payment_missing'),
    payload: z.object({
      workspace: z.string(),
      sentence: z.string(),
      payUrl: z.string().nullable(),
      isOver: z.boolean(),
    }),
  }),
  notice.extend({
    kind: z.literal('dispute'),
    payload: z.object({
      bountyCode: z.string(),
      agentCode: z.string(),
      title: z.string(),
      sentence: z.string(),
      act: z.enum(['open', 'answer']).nullable().describe('What they may do about it.'),
    }),
  }),
  notice.extend({
    kind: z.literal('wallet_goes_back'),
    payload: z.object({
      workspace: z.string(),
      amountMinor: z.number().int(),
      currency: z.string(),
      goesBackOn: z.string().nullable().describe('The day (UTC) on which it goes back; null: it was sent back.'),
    }),
  }),
  notice.extend({
    kind: z.literal('funding_decided'),
    payload: z.object({
      workspace: z.string(),
      code: z.string(),
      amountMinor: z.number().int(),
      currency: z.string(),
      source: z.enum(['wallet', 'card']),
      state: z.enum(['approved', 'declined', 'expired', 'void', 'card_declined']),
      decidedBy: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  }),
  notice.extend({
    kind: z.literal('payout_withheld'),
    payload: z.object({ bountyCode: z.string(), sentence: z.string() }),
  }),
]);

export const claimNoticesAnswer = z.object({ data: z.array(claimedNotice) });

export const settleNoticeRequest = z.strictObject({
  leaseToken: z.uuid(),
  failed: z.string().min(1).max(500).optional().describe('Left out: it was told.'),
  permanent: z.boolean().optional().describe('true: they cannot be told; do not try again.'),
});
