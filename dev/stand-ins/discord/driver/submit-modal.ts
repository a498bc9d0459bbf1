import type { Context } from '../context.ts';
import type { Answer, OpenModal } from '../interactions/interaction.ts';
import { sendInteraction } from '../interactions/send-interaction.ts';
import { componentTypes, numberComponents, type Component } from '../messages/component.ts';
import { resolvedIfAny, resolveFile, type PickedFile } from './build-command-data.ts';
import { ClientRefusal } from './client-refusal.ts';
import { checkValues, resolvePicked } from './use-component.ts';

/** Values by custom id: text, a list for menus and checkbox groups, true or false for a checkbox. */
export type ModalInput = {
  userId: string;
  modalId: string;
  values?: Record<string, string | string[] | boolean>;
  files?: Record<string, PickedFile[]>;
};

type Filling = {
  context: Context;
  modal: OpenModal;
  input: ModalInput;
  resolved: Record<string, Record<string, object>>;
};

/** Submits an open modal. Refuses what the client would: a missing required field, too long a text, a field there is not. */
export async function submitModal(context: Context, input: ModalInput): Promise<Answer> {
  const modal = context.interactions.modals.get(input.modalId);
  if (modal?.userId !== input.userId) throw new ClientRefusal(`This person has no modal ${input.modalId} open.`);
  const filling: Filling = { context, modal, input, resolved: { attachments: {} } };
  const layout = numberComponents(modal.components);
  const fields = layout.flatMap((one) => one.component ?? one.components ?? []).map((field) => field.custom_id ?? '');
  const stray = Object.keys({ ...input.values, ...input.files }).find((name) => !fields.includes(name));
  if (stray !== undefined)
    throw new ClientRefusal(`The modal has no field "${stray}". Fields are: ${fields.join(', ')}.`);
  const components = layout.map((one) => fillLayout(filling, one));
  const data = { custom_id: modal.customId, components, ...resolvedIfAny(filling.resolved) };
  const { channelId, sourceMessageId, openedBy } = modal;
  const metadata = { triggering_interaction_metadata: openedBy };
  const what = `modal ${modal.title}`;
  const answer = await sendInteraction(context, {
    userId: input.userId,
    channelId,
    type: 5,
    data,
    what,
    sourceMessageId,
    metadata,
  });
  // A modal that nobody answered stays open, with "Something went wrong. Try again."
  if (answer.kind !== 'none') context.interactions.modals.delete(input.modalId);
  return answer;
}

function fillLayout(filling: Filling, { type, id, component, components }: Component): object {
  if (component) return { type, id, component: fillField(filling, component) };
  if (components) return { type, id, components: components.map((one) => fillField(filling, one)) };
  return { type, id };
}

function fillField(filling: Filling, field: Component): object {
  const { type, id, custom_id = '' } = field;
  const { textInput, fileUpload, radioGroup, checkbox } = componentTypes;
  const given = filling.input.values?.[custom_id];
  const sent = { type, id, custom_id };
  if (type === textInput) return { ...sent, value: readText(field, given ?? field.value ?? '') };
  if (type === fileUpload) return { ...sent, values: readFiles(filling, field) };
  if (type === checkbox)
    return { ...sent, value: given === undefined ? field.default === true : given === true || given === 'true' };
  if (type === radioGroup) return { ...sent, value: readRadio(field, given) };
  const values =
    given === undefined ? preset(field) : typeof given === 'string' ? [given] : Array.isArray(given) ? given : [];
  if (values.length === 0 && field.required === false) return { ...sent, values: [] };
  const picked = resolvePicked(filling.context, field, values).resolved ?? {};
  for (const [kind, part] of Object.entries(picked))
    filling.resolved[kind] = { ...filling.resolved[kind], ...(part as object) };
  return { ...sent, values: checkValues(field, values) };
}

function readText(field: Component, given: unknown): string {
  if (typeof given !== 'string') throw new ClientRefusal(`"${field.custom_id}" takes text.`);
  const [min, max] = [Number(field.min_length ?? 0), Number(field.max_length ?? 4000)];
  if (given === '' && field.required !== false) throw new ClientRefusal(`"${field.custom_id}" is required.`);
  if (given !== '' && (given.length < min || given.length > max))
    throw new ClientRefusal(`"${field.custom_id}" takes ${min} to ${max} characters; these are ${given.length}.`);
  return given;
}

function readRadio(field: Component, given: unknown): string | null {
  const options = field.options as { value: string; default?: boolean }[];
  if (given !== undefined && typeof given !== 'string')
    throw new ClientRefusal(`"${field.custom_id}" takes one value.`);
  const value = given ?? options.find((option) => option.default === true)?.value ?? null;
  if (value === null && field.required !== false) throw new ClientRefusal(`"${field.custom_id}" is required.`);
  if (value !== null && options.every((option) => option.value !== value))
    throw new ClientRefusal(`"${value}" is not an option of "${field.custom_id}".`);
  return value;
}

function readFiles({ context, modal, input, resolved }: Filling, field: Component): string[] {
  const files = input.files?.[field.custom_id ?? ''] ?? [];
  const [min, max] = [field.required === false ? 0 : Number(field.min_values ?? 1), Number(field.max_values ?? 1)];
  if (files.length < min || files.length > max)
    throw new ClientRefusal(`"${field.custom_id}" takes ${min} to ${max} files; ${files.length} were given.`);
  return files.map((file) =>
    resolveFile(context, { attachments: (resolved.attachments ??= {}) }, modal.channelId, file),
  );
}

function preset(field: Component): string[] {
  const options = (field.options ?? []) as { value: string; default?: boolean }[];
  return options.filter((option) => option.default === true).map(({ value }) => value);
}
