import {
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  StringSelectMenuOptionBuilder,
  TextInputBuilder,
  TextInputStyle,
  type ModalSubmitInteraction,
} from 'discord.js';
import { shorten } from '../views/say.ts';
import { readActionId, writeActionId, type FormField, type FormView } from '../views/view.ts';

// https://docs.discord.com/developers/components/reference — modal title and label 45, description and placeholder 100, input 4,000.
const titleMax = 45;
const hintMax = 100;
const inputLengthMax = 4000;
const fieldsMax = 5;

/** A form as a modal of at most five fields; the verb, what it carries, and what was typed for further fields are in its id. */
export function renderForm(form: FormView): ModalBuilder {
  const typed = form.fields.slice(fieldsMax).flatMap(({ name, value }) => (value ? [[name, value] as const] : []));
  return new ModalBuilder()
    .setCustomId(writeActionId(form.command, { ...form.carried, ...Object.fromEntries(typed) }))
    .setTitle(shorten(form.title, titleMax))
    .addLabelComponents(form.fields.slice(0, fieldsMax).map(renderField));
}

/** The verb of a submitted modal with the answers; what was left empty is left out. */
export function readAnswers(interaction: ModalSubmitInteraction): { command: string; given: Record<string, string> } {
  const { command, options } = readActionId(interaction.customId);
  const answers = interaction.fields.fields.map((field) => {
    const value =
      'values' in field ? ((field.values as string[])[0] ?? '') : 'value' in field ? String(field.value) : '';
    return [field.customId, value] as const;
  });
  return { command, given: { ...options, ...Object.fromEntries(answers.filter(([, value]) => value !== '')) } };
}

function renderField(field: FormField): LabelBuilder {
  const label = new LabelBuilder().setLabel(shorten(field.label, titleMax));
  if (field.kind === 'choice') return label.setStringSelectMenuComponent(renderChoice(field));
  return label.setTextInputComponent(renderText(field));
}

function renderText(field: FormField): TextInputBuilder {
  const input = new TextInputBuilder()
    .setCustomId(field.name)
    .setStyle(field.kind === 'lines' ? TextInputStyle.Paragraph : TextInputStyle.Short)
    .setRequired(field.required)
    .setMaxLength(Math.min(field.lengthMax ?? inputLengthMax, inputLengthMax));
  if (field.example) input.setPlaceholder(shorten(field.example, hintMax));
  if (field.value) input.setValue(field.value);
  return input;
}

function renderChoice(field: FormField): StringSelectMenuBuilder {
  const options = (field.choices ?? []).map(({ label, value }) =>
    new StringSelectMenuOptionBuilder()
      .setLabel(label)
      .setValue(value)
      .setDefault(value === field.value),
  );
  return new StringSelectMenuBuilder().setCustomId(field.name).setRequired(field.required).addOptions(options);
}
