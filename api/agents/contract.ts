import { z } from 'zod';
import { titleFault } from '../verification/contract.ts';

const sourceText = z
  .string()
  .describe(
    'The text of one ES module: export default async function run(input, { tools, log, progress, emit, random, now }).',
  );
const language = z.enum(['js', 'ts'], 'must be js or ts');

const files = z
  .record(z.string().min(1).max(200), z.string())
  .refine((all) => Object.keys(all).length > 0, 'needs at least one file')
  .describe('Texts by file name, such as main.ts and lib/parse.ts; 512 KiB in all.');
const form = z
  .strictObject({ template: z.string().min(1).max(60), answers: z.unknown() })
  .describe('A template of GET /api/agent-templates and its answers.');
const agentName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(60, 'must be at most 60 characters')
  .superRefine((text, check) => {
    const fault = titleFault(text);
    if (fault !== null) check.addIssue({ code: 'custom', message: fault });
  });
const licence = z
  .enum(['private', 'MIT', 'Apache-2.0', 'CC0-1.0'], 'must be private, MIT, Apache-2.0 or CC0-1.0')
  .describe('private: only you read the source. Every other lets anyone read and fork it.');
const ceiling = (most: number, what: string) =>
  z.number().int('must be a whole number').min(0).max(most, `must be at most ${most}`).optional().describe(what);

/** What a version may come as: code for full_code, a manifest for low_code, a form or manifest for no_code. */
const versionParts = {
  language: language.optional(),
  source: sourceText.optional(),
  files: files.optional(),
  entry: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('The file with the default export; absent: main.ts, main.js, index.ts or index.js.'),
  manifest: z.unknown().optional().describe('Steps of quarry.agent/v1: GET /api/schemas/agent-v1.json.'),
  form: form.optional(),
};

/** A new agent. */
export const agentRequest = z.strictObject({
  name: agentName,
  kind: z.enum(['full_code', 'low_code', 'no_code'], 'must be full_code, low_code or no_code').default('full_code'),
  licence: licence.optional(),
  ...versionParts,
});

export type AgentRequest = z.input<typeof agentRequest>;

export const versionRequest = z.strictObject(versionParts);

export type VersionRequest = z.input<typeof versionRequest>;

/** Changes to an agent; what is absent stays. `ceilings` replaces all of them. */
export const agentChange = z
  .strictObject({
    name: agentName.optional(),
    licence: licence.optional(),
    ceilings: z
      .strictObject({
        cpuMs: ceiling(25_000, 'Processor time of one run, in milliseconds.'),
        toolCalls: ceiling(20, 'Calls of brokered tools in one run.'),
        toolBytes: ceiling(20 * 1024 * 1024, 'Bytes that tools may fetch in one run.'),
        llmTokens: ceiling(20_000, 'Tokens of language models in one run.'),
      })
      .optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'must change something: give name, licence or ceilings');

export const forkRequest = z.strictObject({
  version: z.number().int().min(1).optional().describe('Absent: the newest.'),
  name: agentName.optional(),
  asCode: z.boolean().default(false).describe('Turn a manifest into the code it compiles to.'),
});

/** A manifest to be looked at before anything is kept. */
export const previewRequest = z
  .strictObject({ manifest: z.unknown().optional(), form: form.optional() })
  .refine((body) => (body.manifest === undefined) !== (body.form === undefined), 'give either manifest or form');
export const previewAnswer = z.object({ manifest: z.unknown(), code: z.string() });

export const templateWire = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      help: z.string(),
      kind: z.enum(['text', 'long_text', 'number', 'choice', 'list', 'pairs']),
      choices: z.array(z.string()).optional(),
      isRequired: z.boolean(),
      initial: z.unknown(),
    }),
  ),
});

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
  licence: z.string(),
});

export type AgentWire = z.output<typeof agentWire>;
export type VersionWire = z.output<typeof versionWire>;

const texts = {
  source: z.string(),
  files: z.record(z.string(), z.string()).nullable(),
  entry: z.string().nullable(),
  form: z.object({ template: z.string(), answers: z.unknown() }).nullable(),
  compiled: z.string().describe('What the sandbox runs.'),
};

/** One agent whose source one may read, with the texts of its newest version. */
export const agentDetail = agentWire.extend({
  ...texts,
  ceilings: z.record(z.string(), z.number()),
  isYours: z.boolean(),
  forkedFrom: z
    .object({ agentCode: z.string(), agent: z.string(), version: z.number().int(), licence: z.string() })
    .nullable(),
  forks: z.number().int(),
});

export const versionDetail = versionWire.extend(texts);

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
