import { z } from 'zod';

/** What the whole platform has done; drafts are not counted. Money is in minor units, by currency. */
export const platformStats = z.object({
  bounties: z.object({ open: z.number().int(), awarded: z.number().int(), total: z.number().int() }),
  agents: z.number().int(),
  submissions: z.number().int(),
  executions: z.number().int(),
  money: z.array(
    z.object({
      currency: z.string(),
      heldMinor: z.number().int(),
      releasedMinor: z.number().int(),
      refundedMinor: z.number().int(),
    }),
  ),
});

export type PlatformStats = z.output<typeof platformStats>;
