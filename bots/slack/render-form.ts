import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { shorten } from '../views/say.ts';
import type { FormField, FormView } from '../views/view.ts';

// https://docs.slack.dev/reference/views/modal-views
const titleMax = 24;
const inputLengthMax = 3000;

/** What a modal carries to its submission; Slack allows 3,000 characters. */
export type Carried = { command: string; carried: Record<string, string>; channelId: string };

/** A form as a modal. Each field is a block with the field's name as its id, so that a problem can be shown beside it. */
export function renderForm(form: FormView, channelId: string): ModalView {
  const carried: Carried = { command: form.command, carried: form.carried, channelId };
  const intro: KnownBlock[] = form.intro
    ? [{ type: 'section', text: { type: 'plain_text', text: form.intro, emoji: false } }]
    : [];
  return {
    type: 'modal',
    callback_id: 'form',
    private_metadata: JSON.stringify(carried),
    title: { type: 'plain_text', text: shorten(form.title, titleMax) },
    submit: { type: 'plain_text', text: shorten(form.submitLabel, titleMax) },
    close: { type: 'plain_text', text: 'Not now' },
    blocks: [...intro, ...form.fields.map(renderField)],
  };
}

/** The answers of a submitted form by field name; what was left empty is left out. */
export function readAnswers(
  values: Record<string, Record<string, { value?: string | null; selected_option?: { value: string } | null }>>,
) {
  const answers = Object.entries(values).map(([name, elements]) => {
    const element = elements[name];
    return [name, element?.selected_option?.value ?? element?.value ?? ''] as const;
  });
  return Object.fromEntries(answers.filter(([, value]) => value !== ''));
}

function renderField(field: FormField): InputBlock {
  return {
    type: 'input',
    block_id: field.name,
    optional: !field.required,
    label: { type: 'plain_text', text: field.label },
    element: field.kind === 'choice' ? renderChoice(field) : renderText(field),
  };
}

function renderText(field: FormField): InputBlock['element'] {
  return {
    type: 'plain_text_input',
    action_id: field.name,
    multiline: field.kind === 'lines',
    max_length: Math.min(field.lengthMax ?? inputLengthMax, inputLengthMax),
    ...(field.value ? { initial_value: field.value } : {}),
    ...(field.example ? { placeholder: { type: 'plain_text' as const, text: shorten(field.example, 150) } } : {}),
  };
}

function renderChoice(field: FormField): InputBlock['element'] {
  const options = (field.choices ?? []).map(({ label, value }) => ({
    text: { type: 'plain_text' as const, text: label },
    value,
  }));
  const initial = options.find(({ value }) => value === field.value);
  return { type: 'static_select', action_id: field.name, options, ...(initial ? { initial_option: initial } : {}) };
}
