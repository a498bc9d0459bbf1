import { z } from 'zod';
import type { Template } from './template.ts';

const figures = {
  count: '${length(numbers)}',
  sum: '${sum(numbers)}',
  mean: '${average(numbers)}',
  min: '${min(numbers)}',
  max: '${max(numbers)}',
} as const;

const answers = z.strictObject({
  field: z.string().regex(/^[A-Za-z_][\w.]{0,80}$/, 'must be a path such as csv'),
  column: z.string().min(1).max(100),
  figures: z.array(z.enum(Object.keys(figures) as [keyof typeof figures])).min(1, 'choose at least one figure'),
});

/** Reads a column of a CSV text and answers figures about it. */
export const describeNumbers: Template<z.output<typeof answers>> = {
  id: 'describe-numbers',
  title: 'Describe a column of numbers',
  description: 'Reads CSV text and answers count, sum, mean, smallest and largest of one column.',
  fields: [
    {
      name: 'field',
      label: 'Where is the CSV text?',
      help: 'Its place in the input, such as csv.',
      kind: 'text',
      isRequired: true,
      initial: 'csv',
    },
    {
      name: 'column',
      label: 'Which column?',
      help: 'Its name in the first row.',
      kind: 'text',
      isRequired: true,
      initial: 'amount',
    },
    {
      name: 'figures',
      label: 'Which figures?',
      help: 'One or more.',
      kind: 'list',
      choices: Object.keys(figures),
      isRequired: true,
      initial: ['count', 'sum', 'mean'],
    },
  ],
  answers,
  toManifest: ({ field, column, figures: wanted }) => ({
    schema: 'quarry.agent/v1',
    description: `Describes the column ${column} of input.${field}.`,
    steps: [
      { id: 'table', call: 'csv.parse', with: { text: `\${input.${field}}`, options: { header: true } } },
      {
        id: 'numbers',
        each: 'table.rows',
        as: 'row',
        where: `number(row[${JSON.stringify(column)}]) != undefined`,
        steps: [],
        give: `\${number(row[${JSON.stringify(column)}])}`,
      },
    ],
    output: Object.fromEntries(wanted.map((name) => [name, figures[name]])),
  }),
};
