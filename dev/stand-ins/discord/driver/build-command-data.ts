import type { Context } from '../context.ts';
import { presentMemberAlone } from '../gateway/present-guild.ts';
import { keepFile } from '../messages/keep-file.ts';
import { optionTypes, type CommandOption } from '../schema/command.ts';
import { permissionsOf } from '../world/permissions.ts';
import { ClientRefusal } from './client-refusal.ts';
import type { FoundCommand } from './find-command.ts';
import { readOption, type OptionValue } from './read-option.ts';

/** A file that a person picks; `content` is text or bytes. */
export type PickedFile = { filename: string; content: string | Uint8Array; contentType?: string };

export type Filled = {
  channelId: string;
  options: Record<string, OptionValue>;
  attachments: Record<string, PickedFile>;
  /** The option being typed, in an autocomplete interaction; then nothing is required yet. */
  focused?: { name: string; value: string } | undefined;
};

type SentOption = { name: string; type: number; value?: OptionValue; focused?: true; options?: SentOption[] };

type Resolved = Record<'users' | 'members' | 'channels' | 'roles' | 'attachments', Record<string, object>>;

/** `data` of a slash command's interaction, with `resolved`. Refuses what the client would: unknown, missing, misfit. */
export function buildCommandData(context: Context, { command, path, options }: FoundCommand, filled: Filled): object {
  for (const name of [...Object.keys(filled.options), ...Object.keys(filled.attachments)]) {
    if (options.some((option) => option.name === name)) continue;
    const names = options.map((option) => option.name).join(', ');
    throw new ClientRefusal(
      `There is no option "${name}". ${names === '' ? 'The command has none.' : `Options are: ${names}.`}`,
    );
  }
  const resolved: Resolved = { users: {}, members: {}, channels: {}, roles: {}, attachments: {} };
  const values = options.flatMap((option) => fillOption(context, option, filled, resolved) ?? []);
  const nested = path
    .toReversed()
    .reduce<SentOption[]>((inner, { name, type }) => [{ name, type, options: inner }], values);
  return {
    id: command.id,
    name: command.name,
    type: command.type,
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
    ...(nested.length === 0 ? {} : { options: nested }),
    ...resolvedIfAny(resolved),
  };
}

/** Adds a user and its membership to `resolved`. */
export function resolveUser({ world }: Context, resolved: Pick<Resolved, 'users' | 'members'>, userId: string): void {
  const [user, member] = [world.users.get(userId), world.members.get(userId)];
  if (user) resolved.users[userId] = user;
  if (member)
    resolved.members[userId] = { ...presentMemberAlone(member), permissions: permissionsOf(world, userId).toString() };
}

/** Only the parts of `resolved` that hold something. */
export function resolvedIfAny(resolved: Partial<Resolved>): { resolved?: object } {
  const held = Object.entries(resolved).filter(([, part]) => Object.keys(part).length > 0);
  return held.length === 0 ? {} : { resolved: Object.fromEntries(held) };
}

/** Stores a picked file and gives its attachment id, having put it into `resolved`. */
export function resolveFile(
  context: Context,
  resolved: Pick<Resolved, 'attachments'>,
  channelId: string,
  file: PickedFile,
): string {
  const bytes = Buffer.from(file.content as string);
  const contentType = file.contentType ?? guessType(file.filename);
  const attachment = keepFile(context, channelId, { filename: file.filename, contentType, bytes }, true);
  resolved.attachments[attachment.id] = attachment;
  return attachment.id;
}

function fillOption(context: Context, option: CommandOption, filled: Filled, resolved: Resolved): SentOption | null {
  const { name, type } = option;
  if (filled.focused?.name === name) {
    if (option.autocomplete !== true) throw new ClientRefusal(`"${name}" is registered without autocomplete.`);
    return { name, type, value: filled.focused.value, focused: true };
  }
  if (type === optionTypes.attachment) {
    const file = filled.attachments[name];
    if (file) return { name, type, value: resolveFile(context, resolved, filled.channelId, file) };
    if (name in filled.options) throw new ClientRefusal(`"${name}" takes a file: give it under attachments.`);
  } else if (name in filled.attachments) {
    throw new ClientRefusal(`"${name}" does not take a file.`);
  }
  const given = filled.options[name];
  if (given === undefined) {
    if (option.required === true && !filled.focused)
      throw new ClientRefusal(`"${name}" is required: ${option.description}`);
    return null;
  }
  const value = readOption(context, option, given);
  resolveReference(context, type, String(value), resolved);
  return { name, type, value };
}

function resolveReference(context: Context, type: number, id: string, resolved: Resolved): void {
  const { user, channel, role, mentionable } = optionTypes;
  const { world } = context;
  if (type === user || type === mentionable) resolveUser(context, resolved, id);
  const [foundRole, foundChannel] = [world.roles.get(id), world.channels.get(id)];
  if ((type === role || type === mentionable) && foundRole) resolved.roles[id] = foundRole;
  if (type === channel && foundChannel)
    resolved.channels[id] = { ...foundChannel, permissions: permissionsOf(world, world.botUserId).toString() };
}

const types: Record<string, string> = {
  js: 'text/javascript',
  ts: 'video/mp2t',
  json: 'application/json',
  txt: 'text/plain',
  csv: 'text/csv',
  md: 'text/markdown',
};

/** From the name alone, as clients do; the usual tables take `.ts` for a video, so nobody should rely on the type. */
function guessType(filename: string): string {
  const type = types[filename.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}
