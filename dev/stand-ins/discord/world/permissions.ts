import type { World } from './world.ts';

const bit = (place: number) => 1n << BigInt(place);

const administrator = bit(3);

/** Every permission of docs.discord.com/developers/topics/permissions, as an administrator has them. */
export const adminPermissions = bit(53) - 1n;

/** What the seeded @everyone may: see and send, in threads too, react, attach, use commands, read history. */
export const everyonePermissions = [6, 10, 11, 14, 15, 16, 18, 31, 35, 38, 50].map(bit).reduce((all, one) => all | one);

/** What the bot is invited with: everyone's, and embeds, manage messages, manage threads, pin. */
export const botPermissions = everyonePermissions | bit(4) | bit(13) | bit(34) | bit(51);

/** The permissions of a member anywhere in the guild, there being no overwrites here. */
export function permissionsOf(world: World, userId: string): bigint {
  const member = world.members.get(userId);
  if (!member) return 0n;
  const held = [world.guild.id, ...member.roles].map((id) => BigInt(world.roles.get(id)?.permissions ?? 0));
  const all = held.reduce((sum, one) => sum | one, 0n);
  const isBoss = world.guild.owner_id === userId || (all & administrator) !== 0n;
  return isBoss ? adminPermissions : all;
}
