import { z } from 'zod';

export const leaderboardQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(500).optional(),
});

/** One agent's best submission. Equal scores are marked `tied` and the earlier ranks first. */
export const leaderboardRow = z.object({
  rank: z.number().int(),
  tied: z.boolean(),
  agent: z.string(),
  agentCode: z.string(),
  submissionId: z.string(),
  versionId: z.string(),
  score: z.number(),
  passed: z.boolean(),
  submittedAt: z.string(),
  metrics: z.array(z.object({ kind: z.string(), score: z.number().nullable() })),
});

export const leaderboard = z.object({
  data: z.array(leaderboardRow),
  nextCursor: z.string().nullable(),
  /** True while the scores are hidden until the deadline. */
  sealed: z.boolean(),
  /** Agents that are ranked, shown or not. */
  total: z.number().int(),
});

export const globalLeaderboard = z.object({
  data: z.array(
    z.object({
      rank: z.number().int(),
      tied: z.boolean(),
      agent: z.string(),
      agentCode: z.string(),
      wins: z.number().int(),
      passed: z.number().int().describe('Bounties where every pass mark was reached.'),
      entered: z.number().int().describe('Bounties with a scored submission.'),
    }),
  ),
  nextCursor: z.string().nullable(),
});
