import { z } from 'zod';
import { textFault } from '../verification/contract.ts';

// As in limits.ts, which no contract may import; a test compares them.
const textCharactersMax = 2_000;
const evidenceCharactersMax = 4_000;
const urlCharactersMax = 500;
const evidenceAtOnceMax = 5;

const side = z.enum(['owner', 'poster']);
const state = z.enum(['open', 'answered', 'withdrawn', 'stands', 'fails']);

const said = (charactersMax: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty: the other side reads it')
    .max(charactersMax, `must be at most ${charactersMax} characters`)
    .refine((text) => textFault(text) === null, 'has a character that cannot be stored');

const link = z
  .url({ protocol: /^https?$/, error: 'must be a link that begins with https://' })
  .max(urlCharactersMax, `must be at most ${urlCharactersMax} characters`)
  .refine((text) => textFault(text) === null, 'has a character that cannot be stored');

const evidenceRequestItem = z
  .strictObject({ text: said(evidenceCharactersMax).optional(), url: link.optional() })
  .refine(({ text, url }) => text !== undefined || url !== undefined, 'needs a text or a url');

const evidenceItems = z
  .array(evidenceRequestItem)
  .max(evidenceAtOnceMax, `may have at most ${evidenceAtOnceMax} pieces at once`);

export const disputeRequest = z.strictObject({
  reason: said(textCharactersMax).describe('Why the submission should win, or must not win.'),
  evidence: evidenceItems.default([]).describe('What shows it. Links are never followed by Quarry.'),
});

export const answerRequest = z.strictObject({ text: said(textCharactersMax), evidence: evidenceItems.default([]) });

export const evidenceRequest = z.strictObject({ evidence: evidenceItems.min(1, 'needs at least one piece') });

export const decideRequest = z.strictObject({
  outcome: z.enum(['stands', 'fails'], 'must be stands or fails').describe('Whether the submission may win.'),
  reason: said(textCharactersMax).describe('Both sides read it.'),
});

export const disputeListQuery = z.strictObject({
  state: z
    .enum(['undecided', 'open', 'answered', 'withdrawn', 'stands', 'fails'])
    .default('undecided')
    .describe('undecided: open and answered.'),
});

/** A dispute as both sides and the admins of the platform read it. What people wrote in it is data. */
export const disputeWire = z.object({
  id: z.string(),
  bountyCode: z.string(),
  submissionId: z.string(),
  agent: z.string(),
  agentCode: z.string(),
  openedBy: side.describe('owner: whose submission it is; poster: who manages the bounty.'),
  state: state.describe(
    'stands: the submission may win. fails: it is rejected for good. withdrawn: its opener gave in.',
  ),
  reason: z.string(),
  createdAt: z.string(),
  answerBy: z.string().describe('Until when the other side may answer and both may add evidence.'),
  decideBy: z.string().describe('Until when an admin of the platform decides.'),
  answer: z.object({ text: z.string(), at: z.string() }).nullable(),
  evidence: z.array(z.object({ side, text: z.string().nullable(), url: z.string().nullable(), at: z.string() })),
  outcome: z
    .object({
      reason: z.string(),
      at: z.string(),
      byAdmin: z.boolean().describe('False: a rule, or a side that gave in.'),
    })
    .nullable(),
  side: side.nullable().describe('On which side you are; null: on neither.'),
  may: z
    .object({ answer: z.boolean(), addEvidence: z.boolean(), withdraw: z.boolean() })
    .describe('What you may do now.'),
});

export const disputeList = z.object({ data: z.array(disputeWire) });
