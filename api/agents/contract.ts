import { z } from 'zod';
import { textFault } from '../verification/contract.ts';

const sourceText = z
  .string()
  .describe(
    'The text of one ES module: export default async function run(input, { tools, log, progress, emit, random, now }).',
  );
const language = z.enum(['js', 'ts'], 'must be js or ts');

/** A new agent. `source` goes with full_code, `manifest` with the other kinds. */
export const agentRequest = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(60, 'must be at most 60 characters')
    .refine(
      (text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && textFault(text) === null,
      'must be one line without control characters',
    ),
  kind: z.enum(['full_code', 'low_code', 'no_code'], 'must be full_code, low_code or no_code').default('full_code'),
  language: language.default('js'),
  source: sourceText.optional(),
  manifest: z.unknown().optional(),
});

export type AgentRequest = z.output<typeof agentRequest>;

export const versionRequest = z.strictObject({ language: language.optional(), source: sourceText });

/** One version's facts. `bytes` is the source in UTF-8, `contentHash` its SHA-256 in hex. */
export const versionWire = z.object({
  versionId: z.string(),
  version: z.number().int(),
  language: z.string(),
  bytes: z.number().int(),
  contentHash: z.string(),
  createdAt: z.string(),
});

/** An agent with its newest version. */
export const agentWire = versionWire.extend({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  kind: z.string(),
});

export type AgentWire = z.output<typeof agentWire>;
export type VersionWire = z.output<typeof versionWire>;

/** The owner's view of one agent: with the source of its newest version. */
export const agentDetail = agentWire.extend({ source: z.string() });

export const versionDetail = versionWire.extend({ source: z.string() });

/** Either one input, or the public cases of a bounty. */
export const testRequest = z
  .strictObject({
    input: z.unknown().optional().describe('Any JSON value up to 1 MiB.'),
    bountyId: z.string().min(1).max(64).optional().describe('Id or code of a bounty whose public cases are run.'),
    versionId: z.uuid('must be the id of a version').optional().describe('Absent: the newest version.'),
  })
  .refine((body) => 'input' in body !== (body.bountyId !== undefined), 'give either input or bountyId');

export type TestRequest = z.output<typeof testRequest>;

/** `executionId` answers an input, `executionIds` a bounty. */
export const testAnswer = z.object({
  executionId: z.string().optional(),
  executionIds: z.array(z.string()).optional(),
});
