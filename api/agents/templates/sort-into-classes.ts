import { z } from 'zod';
import type { Template } from './template.ts';

const wordList = z
  .string()
  .max(500)
  .regex(/[^\s,]/, 'has a class without words; write them with commas between');
const answers = z.strictObject({
  field: z.string().regex(/^[A-Za-z_][\w.]{0,80}$/, 'must be a path such as text or ticket.body'),
  rules: z
    .array(z.tuple([z.string().min(1).max(80), wordList]))
    .min(1, 'needs at least one class')
    .max(50),
  otherwise: z.string().max(80).default('other'),
  output: z.string().regex(/^[A-Za-z_]\w{0,40}$/, 'must be a name such as class'),
});

/** Reads a text and answers the first class one of whose words is in it. */
export const sortIntoClasses: Template<z.output<typeof answers>> = {
  id: 'sort-into-classes',
  title: 'Sort texts into classes',
  description:
    'Looks for words in a text and answers the first class that matches, such as “billing” for “invoice, refund”.',
  fields: [
    {
      name: 'field',
      label: 'Where is the text?',
      help: 'Its place in the input, such as text or ticket.body.',
      kind: 'text',
      isRequired: true,
      initial: 'text',
    },
    {
      name: 'rules',
      label: 'Classes and their words',
      help: 'A class, and the words that mean it, with commas between.',
      kind: 'pairs',
      isRequired: true,
      initial: [['billing', 'invoice, refund, charge']],
    },
    {
      name: 'otherwise',
      label: 'When none matches',
      help: 'The class of everything else.',
      kind: 'text',
      isRequired: false,
      initial: 'other',
    },
    {
      name: 'output',
      label: 'What is the answer called?',
      help: 'Its name in the output, such as class.',
      kind: 'text',
      isRequired: true,
      initial: 'class',
    },
  ],
  answers,
  toManifest: ({ field, rules, otherwise, output }) => ({
    schema: 'quarry.agent/v1',
    description: `Sorts input.${field} into ${rules.map(([name]) => name).join(', ')}.`,
    steps: [
      { id: 'words', set: `\${lower(input.${field})}` },
      ...rules.map(([name, words]) => ({
        if: words
          .split(',')
          .map((word) => word.trim().toLowerCase())
          .filter((word) => word !== '')
          .map((word) => `contains(words, ${JSON.stringify(word)})`)
          .join(' || '),
        do: [{ return: { [output]: name } }],
        else: [],
      })),
    ],
    output: { [output]: otherwise },
  }),
};
