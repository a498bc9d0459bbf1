import { z } from 'zod';
import type { Template } from './template.ts';

const pattern = z
  .string()
  .min(1)
  .max(300)
  .superRefine((text, check) => {
    try {
      new RegExp(text, 'iu');
    } catch (error) {
      const message = `has a pattern that cannot be used (${(error as Error).message})`;
      check.addIssue({ code: 'custom', message });
    }
  });
const answers = z.strictObject({
  field: z.string().regex(/^[A-Za-z_][\w.]{0,80}$/, 'must be a path such as text or ticket.body'),
  patterns: z
    .array(z.tuple([z.string().regex(/^[A-Za-z_]\w{0,40}$/, 'must be a name'), pattern]))
    .min(1, 'needs at least one field')
    .max(30),
});

/** Finds values in a text by patterns. */
export const pickOutFields: Template<z.output<typeof answers>> = {
  id: 'pick-out-fields',
  title: 'Pick values out of a text',
  description: 'Answers one value for each pattern, such as a number after “Invoice no.”; null where nothing is found.',
  fields: [
    {
      name: 'field',
      label: 'Where is the text?',
      help: 'Its place in the input, such as text.',
      kind: 'text',
      isRequired: true,
      initial: 'text',
    },
    {
      name: 'patterns',
      label: 'Names and patterns',
      help: 'A name, and a regular expression whose first group is the value.',
      kind: 'pairs',
      isRequired: true,
      initial: [['number', 'Invoice no\\. (\\w+)']],
    },
  ],
  answers,
  toManifest: ({ field, patterns }) => ({
    schema: 'quarry.agent/v1',
    description: `Picks ${patterns.map(([name]) => name).join(', ')} out of input.${field}.`,
    steps: [],
    output: Object.fromEntries(
      patterns.map(([name, pattern]) => [name, `\${find(input.${field}, ${JSON.stringify(pattern)})}`]),
    ),
  }),
};
