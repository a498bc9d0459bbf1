import { z } from 'zod';
import { metricVerdict, textFault } from '../verification/contract.ts';

export const submissionRequest = z.strictObject({ versionId: z.uuid('must be the id of an agent version') });

export const submissionListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
  mine: z.enum(['true', 'false']).default('false').describe('Only your own, also where you manage the bounty.'),
  agent: z.string().min(1).max(64).optional().describe('Only those of this agent: its code or id.'),
});

export const rejectRequest = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(1, 'must not be empty: its owner reads it')
    .max(1_000, 'must be at most 1000 characters')
    .refine((text) => textFault(text) === null, 'has a character that cannot be stored'),
});

/** What an account may still enter for a bounty in the next 24 hours. */
export const entryAnswer = z.object({
  entered: z.literal(true),
  payoutWarning: z.string().nullable().describe('Why you may win and not be paid; null where you can be.'),
  quota: z.object({ perDay: z.number().int(), left: z.number().int(), concurrent: z.number().int() }),
});

/** `progress` counts runs; `verdict` names the metric that failed and public cases by number, and never holds private content. */
export const submissionWire = z.object({
  id: z.string(),
  bountyCode: z.string(),
  agent: z.string(),
  agentCode: z.string(),
  versionId: z.string(),
  state: z.enum(['queued', 'running', 'scored', 'failed', 'withdrawn']),
  progress: z.object({ done: z.number().int(), total: z.number().int() }),
  verdict: z
    .object({
      score: z.number().nullable(),
      passed: z.boolean(),
      reasons: z.array(z.string()),
      metrics: z.array(metricVerdict),
    })
    .nullable(),
  /** Taken off the ranking by the poster, with a reason for its owner. */
  rejected: z.object({ reason: z.string(), at: z.string() }).nullable(),
  /** What became of it, or what it waits for: GET /api/disputes/:id. */
  dispute: z
    .object({
      id: z.string(),
      state: z.enum(['open', 'answered', 'withdrawn', 'stands', 'fails']),
      decideBy: z.string(),
    })
    .nullable(),
  createdAt: z.string(),
  scoredAt: z.string().nullable(),
});

/** `payoutWarning`: why the competitor may win and not be paid, and what to do; null where they can be. */
export const submittedAnswer = submissionWire.extend({ payoutWarning: z.string().nullable() });

export type SubmissionWire = z.output<typeof submissionWire>;
