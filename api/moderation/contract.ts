import { z } from 'zod';

const state = z.enum(['open', 'dismissed', 'upheld']);

export const flagQuery = z.strictObject({ state: state.default('open') });

/** Something in an agent's runs, code or name, or in a bounty, that a moderator should look at. */
export const flagWire = z.object({
  id: z.string(),
  rule: z.string(),
  meaning: z.string(),
  agentCode: z.string().nullable(),
  agent: z.string().nullable(),
  version: z.number().int().nullable(),
  bountyCode: z.string().nullable(),
  bounty: z.string().nullable(),
  executionId: z.string().nullable(),
  evidence: z.unknown(),
  times: z.number().int(),
  state,
  createdAt: z.string(),
  lastAt: z.string(),
});

export type FlagWire = z.output<typeof flagWire>;

export const flagDecision = z.strictObject({
  decision: z.enum(['dismissed', 'upheld'], 'must be dismissed or upheld'),
});
