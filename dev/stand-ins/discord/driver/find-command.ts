import type { Context } from '../context.ts';
import type { CommandOption } from '../schema/command.ts';
import { optionTypes } from '../schema/command.ts';
import { permissionsOf } from '../world/permissions.ts';
import type { Command } from '../world/world.ts';
import { ClientRefusal } from './client-refusal.ts';

/** A command followed down to the level whose options are filled in. `path` are the group and subcommand on the way. */
export type FoundCommand = { command: Command; path: CommandOption[]; options: CommandOption[] };

/** The command of this name and type (1 slash, 2 user, 3 message) that this person sees in this channel. Refuses otherwise. */
export function findCommand(
  { world }: Context,
  { name, type, userId, channelId }: { name: string; type: 1 | 2 | 3; userId: string; channelId: string },
): Command {
  const named = [...world.commands.values()].filter((one) => one.name === name && one.type === type);
  const command = named.find(({ guild_id }) => guild_id !== undefined) ?? named[0];
  if (!command) {
    const names = [...world.commands.values()].filter((one) => one.type === type).map((one) => one.name);
    throw new ClientRefusal(`There is no command "${name}". Registered are: ${names.join(', ') || 'none'}.`);
  }
  const isDirect = world.channels.get(channelId)?.guild_id === undefined;
  const isElsewhere = isDirect
    ? command.guild_id !== undefined || command.dm_permission === false || command.contexts?.includes(1) === false
    : command.contexts?.includes(0) === false;
  if (isElsewhere) throw new ClientRefusal(`"${name}" cannot be used in ${isDirect ? 'direct messages' : 'a server'}.`);
  const needed = command.default_member_permissions ?? null;
  const held = permissionsOf(world, userId);
  const isAllowed =
    isDirect ||
    needed === null ||
    (needed === '0' ? held === permissionsOf(world, world.guild.owner_id) : (held & BigInt(needed)) === BigInt(needed));
  if (!isAllowed) throw new ClientRefusal(`This person does not see "${name}": it needs the permissions ${needed}.`);
  return command;
}

/** Follows a subcommand, in a group or not. Refuses one that is missing or superfluous. */
export function followCommand(
  command: Command,
  given: { group?: string | undefined; subcommand?: string | undefined },
): FoundCommand {
  const path: CommandOption[] = [];
  let options = command.options ?? [];
  for (const [type, name] of [
    [optionTypes.group, given.group],
    [optionTypes.subcommand, given.subcommand],
  ] as const) {
    const nested = options.filter((option) => option.type === type);
    if (name === undefined) continue;
    const found = nested.find((option) => option.name === name);
    if (!found)
      throw new ClientRefusal(
        `/${[command.name, ...path.map((one) => one.name)].join(' ')} has no "${name}".${listed(options)}`,
      );
    path.push(found);
    options = found.options ?? [];
  }
  if (options.some(({ type }) => type <= optionTypes.group))
    throw new ClientRefusal(`/${command.name} needs a subcommand.${listed(options)}`);
  return { command, path, options };
}

function listed(options: CommandOption[]): string {
  return options.length === 0 ? '' : ` There are: ${options.map(({ name }) => name).join(', ')}.`;
}
