import { z } from 'zod';
import { pageQuery } from '../platform/http/pages.ts';

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

export const auditQuery = pageQuery.extend({
  account: z.uuid('must be the id of an account').optional().describe('Only what this account did.'),
  action: z.string().max(60).optional().describe('Only this, such as bounty.awarded or request.denied.'),
  subject: z.uuid('must be the id of what it was about').optional().describe('Only about this, such as a bounty.'),
});

/** Who did what, with which figures, and why. Rows are never changed. */
export const auditWire = z.object({
  id: z.string(),
  at: z.string(),
  action: z.string(),
  account: z.object({ id: z.string(), name: z.string() }).nullable().describe('Null: a rule of Quarry’s did it.'),
  surface: z.enum(['api', 'slack', 'discord']).nullable().describe('Through what it was asked; null: nobody asked.'),
  workspace: z.string().nullable(),
  subject: z.string().nullable(),
  requestId: z.string().nullable().describe('The reference of the request, as it is in the log.'),
  details: z.record(z.string(), z.unknown()).describe('Figures in minor units, on whose behalf, and why.'),
});
