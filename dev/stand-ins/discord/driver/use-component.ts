import type { Context } from '../context.ts';
import type { Answer } from '../interactions/interaction.ts';
import { sendInteraction } from '../interactions/send-interaction.ts';
import { componentTypes, flatten, type Component } from '../messages/component.ts';
import { messageFlags, type StoredMessage } from '../world/world.ts';
import { resolvedIfAny, resolveUser } from './build-command-data.ts';
import { ClientRefusal } from './client-refusal.ts';
import { seeMessage } from './see-message.ts';

/** A component of a message, by its custom id, or a button by its label. */
export type ComponentInput = { userId: string; messageId: string; customId?: string; label?: string };

/** Clicks a button. Refuses a disabled one, and one that only opens a page. */
export function click(context: Context, input: ComponentInput): Promise<Answer> {
  const { stored, component } = findComponent(context, input);
  if (component.type !== componentTypes.button) throw new ClientRefusal('That component is not a button; use select.');
  if (component.custom_id === undefined)
    throw new ClientRefusal(`That button opens ${String(component.url)}; it tells the bot nothing.`);
  const data = { component_type: component.type, custom_id: component.custom_id, id: component.id };
  return send(context, input.userId, stored, data, `button ${component.label ?? component.custom_id}`);
}

/** Picks values of a select menu: of its options, or ids of users, roles or channels. */
export function select(context: Context, input: ComponentInput & { values: string[] }): Promise<Answer> {
  const { stored, component } = findComponent(context, input);
  const data = {
    component_type: component.type,
    custom_id: component.custom_id,
    id: component.id,
    values: checkValues(component, input.values),
    ...resolvePicked(context, component, input.values),
  };
  return send(context, input.userId, stored, data, `select ${component.custom_id ?? ''}`);
}

/** Checks values against a select menu's options and counts; gives them back. */
export function checkValues(component: Component, values: string[]): string[] {
  const { stringSelect, channelSelect, checkboxGroup } = componentTypes;
  const isMenu = component.type === stringSelect || (component.type > 4 && component.type <= channelSelect);
  if (!isMenu && component.type !== checkboxGroup) throw new ClientRefusal('That component is not a select menu.');
  const options = component.options as { value: string }[] | undefined;
  const wrong = values.find((value) => options?.every((option) => option.value !== value) === true);
  if (wrong !== undefined)
    throw new ClientRefusal(
      `"${wrong}" is not an option. Options are: ${options?.map(({ value }) => value).join(', ')}.`,
    );
  const [min, max] = [
    Number(component.min_values ?? 1),
    Number(component.max_values ?? (isMenu ? 1 : (options?.length ?? 1))),
  ];
  if (values.length < min || values.length > max)
    throw new ClientRefusal(`Pick ${min} to ${max}; ${values.length} were given.`);
  return values;
}

/** The `resolved` part for picked users, roles and channels. */
export function resolvePicked(context: Context, { type }: Component, values: string[]): { resolved?: object } {
  if (type < componentTypes.userSelect || type > componentTypes.channelSelect) return {};
  const { world } = context;
  const resolved = {
    users: {},
    members: {},
    roles: {} as Record<string, object>,
    channels: {} as Record<string, object>,
  };
  for (const id of values) {
    const [role, channel] = [world.roles.get(id), world.channels.get(id)];
    if (!role && !channel && !world.users.has(id))
      throw new ClientRefusal(`There is nobody and nothing with the id ${id}.`);
    resolveUser(context, resolved, id);
    if (role) resolved.roles[id] = role;
    if (channel) resolved.channels[id] = channel;
  }
  return resolvedIfAny(resolved);
}

function findComponent(
  context: Context,
  { userId, messageId, customId, label }: ComponentInput,
): { stored: StoredMessage; component: Component } {
  const stored = seeMessage(context, userId, messageId);
  const all = flatten(stored.message.components);
  const component = all.find((one) =>
    customId === undefined ? one.label === label && label !== undefined : one.custom_id === customId,
  );
  if (!component) {
    const there = all.flatMap((one) => one.custom_id ?? []).join(', ');
    throw new ClientRefusal(
      `The message has no component "${customId ?? label ?? ''}". There are: ${there || 'none'}.`,
    );
  }
  if (component.disabled === true)
    throw new ClientRefusal(`"${component.label ?? component.custom_id ?? ''}" is disabled.`);
  return { stored, component };
}

function send(
  context: Context,
  userId: string,
  { message }: StoredMessage,
  data: object,
  what: string,
): Promise<Answer> {
  if ((message.flags & messageFlags.loading) !== 0) throw new ClientRefusal('The message is still loading.');
  const { id, channel_id: channelId } = message;
  const metadata = { interacted_message_id: id };
  return sendInteraction(context, { userId, channelId, type: 3, data, what, sourceMessageId: id, metadata });
}
