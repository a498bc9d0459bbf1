import { z } from 'zod';
import { componentId, customId, selects, textDisplay } from './components.ts';
import { flatten } from '../messages/component.ts';
import { refuseDuplicateIds } from './check-components.ts';
import { integer, maybe, text } from './fields.ts';

const textInputFields = {
  type: z.literal(4),
  id: componentId,
  custom_id: customId,
  style: integer(1, 2),
  min_length: maybe(integer(0, 4000)),
  max_length: maybe(integer(1, 4000)),
  required: maybe(z.boolean()),
  value: maybe(text(0, 4000)),
  placeholder: maybe(text(0, 100)),
};

type Lengths = {
  min_length?: number | null | undefined;
  max_length?: number | null | undefined;
  value?: string | null | undefined;
};

const inOrder = ({ min_length, max_length, value }: Lengths, context: z.core.$RefinementCtx<Lengths>) => {
  const fail = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message, params: { discordCode: 'TEXT_INPUT_LENGTH_INVALID' } });
  if ((min_length ?? 0) > (max_length ?? 4000)) fail('min_length', 'Must not be greater than max_length.');
  if ((value?.length ?? 0) > (max_length ?? 4000)) fail('value', `Must be ${max_length ?? 4000} or fewer in length.`);
};

/** A text input alone in an action row carries its label; in a label component it must not. */
const labelledTextInput = z.strictObject({ ...textInputFields, label: text(1, 45) }).superRefine(inOrder);
const bareTextInput = z.strictObject(textInputFields).superRefine(inOrder);

const choice = z.strictObject({
  label: text(1, 100),
  value: text(1, 100),
  description: maybe(text(0, 100)),
  default: maybe(z.boolean()),
});

const required = maybe(z.boolean());

const fileUpload = z.strictObject({
  type: z.literal(19),
  id: componentId,
  custom_id: customId,
  min_values: maybe(integer(0, 10)),
  max_values: maybe(integer(1, 10)),
  required,
  file_types: maybe(z.array(text(1, 32)).max(10)),
});

const radioGroup = z.strictObject({
  type: z.literal(21),
  id: componentId,
  custom_id: customId,
  options: z.array(choice).min(2).max(10),
  required,
});

const checkboxGroup = z.strictObject({
  type: z.literal(22),
  id: componentId,
  custom_id: customId,
  options: z.array(choice).min(1).max(10),
  min_values: maybe(integer(0, 10)),
  max_values: maybe(integer(1, 10)),
  required,
});

const checkbox = z.strictObject({
  type: z.literal(23),
  id: componentId,
  custom_id: customId,
  default: maybe(z.boolean()),
});

const label = z.strictObject({
  type: z.literal(18),
  id: componentId,
  label: text(1, 45),
  description: maybe(text(1, 100)),
  component: z.discriminatedUnion('type', [bareTextInput, ...selects, fileUpload, radioGroup, checkboxGroup, checkbox]),
});

const inputRow = z.strictObject({
  type: z.literal(1),
  id: componentId,
  components: z.array(z.discriminatedUnion('type', [labelledTextInput])).length(1),
});

/** What callback type 9 opens (docs.discord.com/developers/interactions/receiving-and-responding, modal). */
export const modal = z
  .strictObject({
    custom_id: customId,
    title: text(1, 45),
    components: z
      .array(z.discriminatedUnion('type', [inputRow, label, textDisplay]))
      .min(1)
      .max(5),
  })
  .superRefine(({ components }, context) => {
    refuseDuplicateIds(components, context);
    const disabled = flatten<object>(components).some(
      (component) => (component as { disabled?: unknown }).disabled === true,
    );
    if (!disabled) return;
    const params = { discordCode: 'MODAL_COMPONENT_DISABLED' };
    context.addIssue({
      code: 'custom',
      path: ['components'],
      message: 'A component of a modal cannot be disabled',
      params,
    });
  });

export type Modal = z.infer<typeof modal>;
