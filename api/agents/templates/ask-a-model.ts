import { z } from 'zod';
import type { Template } from './template.ts';

const answers = z.strictObject({
  instructions: z.string().min(1, 'must not be empty').max(4_000),
  field: z.string().regex(/^[A-Za-z_][\w.]{0,80}$/, 'must be a path such as text'),
  tokensMax: z.number().int().min(1).max(1_024).default(300),
  output: z.string().regex(/^[A-Za-z_]\w{0,40}$/, 'must be a name such as answer'),
});

/** Hands a text to a language model with instructions and answers what it says. */
export const askAModel: Template<z.output<typeof answers>> = {
  id: 'ask-a-model',
  title: 'Ask a language model',
  description:
    'Sends a text of the input with your instructions to a language model. Needs the tool llm.complete, which is approved for each agent.',
  fields: [
    {
      name: 'instructions',
      label: 'What should it do?',
      help: 'For example: Summarise in one sentence.',
      kind: 'long_text',
      isRequired: true,
      initial: 'Summarise in one sentence.',
    },
    {
      name: 'field',
      label: 'Where is the text?',
      help: 'Its place in the input, such as text.',
      kind: 'text',
      isRequired: true,
      initial: 'text',
    },
    {
      name: 'tokensMax',
      label: 'How long may the answer be?',
      help: 'In tokens, about three quarters of a word each.',
      kind: 'number',
      isRequired: false,
      initial: 300,
    },
    {
      name: 'output',
      label: 'What is the answer called?',
      help: 'Its name in the output.',
      kind: 'text',
      isRequired: true,
      initial: 'answer',
    },
  ],
  answers,
  toManifest: ({ instructions, field, tokensMax, output }) => ({
    schema: 'quarry.agent/v1',
    description: instructions.slice(0, 200),
    steps: [
      {
        id: 'said',
        call: 'llm.complete',
        with: { system: instructions, prompt: `\${input.${field}}`, maxTokens: tokensMax },
      },
    ],
    output: { [output]: '${trim(said.text)}' },
  }),
};
