import { z } from 'zod';
import { agentLimits } from '../limits.ts';

const { stepsMax, expressionCharactersMax } = agentLimits;

const name = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9_]{0,39}$/, 'must be a name: a lower-case letter, then letters, digits and _, at most 40')
  .describe('What later steps call the result.');
const expression = z
  .string()
  .min(1, 'must not be empty')
  .max(expressionCharactersMax, `must be at most ${expressionCharactersMax} characters`)
  .describe('An expression, such as input.items[0].price * 2 or lower(page.body).');
const value = z
  .json()
  .describe(
    'Any JSON. In texts, ${…} stands for the value of an expression; a text that is nothing but ${…} is that value itself.',
  );

export type Step =
  | { id: string; call: string; with?: z.core.util.JSONType }
  | { id: string; set: z.core.util.JSONType }
  | { id: string; each: string; as: string; where?: string; steps: Step[]; give: z.core.util.JSONType }
  | { if: string; do: Step[]; else: Step[] }
  | { log: z.core.util.JSONType }
  | { emit: z.core.util.JSONType }
  | { progress: string; note?: string }
  | { fail: string }
  | { return: z.core.util.JSONType };

const steps: z.ZodType<Step[]> = z.lazy(() =>
  z.array(step).max(stepsMax, `may have at most ${stepsMax} steps`),
) as z.ZodType<Step[]>;

const step = z.union(
  [
    z.strictObject({
      id: name,
      call: z.string().max(60).describe('Name of a tool, such as csv.parse.'),
      with: value.optional(),
    }),
    z.strictObject({ id: name, set: value }),
    z.strictObject({
      id: name,
      each: expression.describe('A list to go through.'),
      as: name.default('item'),
      where: expression.optional().describe('Only items for which this holds.'),
      steps: steps.default([]),
      give: value.describe('What an item becomes in the resulting list.'),
    }),
    z.strictObject({ if: expression, do: steps, else: steps.default([]) }),
    z.strictObject({ log: value }),
    z.strictObject({ emit: value }).describe('Keeps a partial output in case time runs out.'),
    z.strictObject({ progress: expression.describe('From 0 to 1.'), note: z.string().max(200).optional() }),
    z.strictObject({ fail: z.string().min(1).max(1_000) }).describe('Ends the run as failed, with this text.'),
    z.strictObject({ return: value }).describe('Ends the run with this output.'),
  ],
  'must be one kind of step: { id, call, with }, { id, set }, { id, each, give }, { if, do, else }, { log }, { emit }, { progress }, { fail } or { return }',
);

/** A low-code agent: steps over tools and expressions, and the output they give. */
export const manifest = z
  .strictObject({
    schema: z.literal('quarry.agent/v1', 'must be "quarry.agent/v1"'),
    description: z.string().max(2_000).optional(),
    steps: steps.default([]),
    output: value,
  })
  .describe('quarry.agent/v1');

export type Manifest = z.output<typeof manifest>;

/** The JSON Schema of a manifest, as it is published. */
export function manifestSchema(): object {
  return z.toJSONSchema(manifest, { target: 'draft-2020-12', io: 'input' });
}
