import type { Context } from '../context.ts';
import { presentMember } from '../gateway/present-guild.ts';
import { permissionsOf } from '../world/permissions.ts';

/** The fields of an interaction that say who sent it and from where; they differ between a guild and direct messages. */
export function presentSurroundings(
  context: Context,
  { userId, channelId }: { userId: string; channelId: string },
): object {
  const { world } = context;
  const channel = world.channels.get(channelId);
  const user = world.users.get(userId);
  const permissions = permissionsOf(world, userId).toString();
  const everywhere = {
    channel_id: channelId,
    app_permissions: permissionsOf(world, world.botUserId).toString(),
    locale: 'en-US',
    entitlements: [],
    attachment_size_limit: 10 * 1024 * 1024,
  };
  if (channel?.guild_id === undefined)
    return { ...everywhere, user, channel, context: 1, authorizing_integration_owners: { 1: userId } };
  const member = world.members.get(userId);
  return {
    ...everywhere,
    guild_id: channel.guild_id,
    guild: { id: channel.guild_id, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    channel: { ...channel, permissions },
    member: member && { ...presentMember(world, member), permissions },
    context: 0,
    authorizing_integration_owners: { 0: channel.guild_id },
  };
}
