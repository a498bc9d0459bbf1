import type { Context } from '../context.ts';
import { intents } from '../gateway/gateway.ts';
import type { Message, StoredMessage } from '../world/world.ts';

/** Tells the listeners, and the gateway's sessions that asked for messages; ephemeral ones never reach the gateway. */
export function announceMessage(
  context: Context,
  change: 'created' | 'updated',
  { message, ephemeralFor }: StoredMessage,
): void {
  context.events.emit({ type: `message.${change}`, channelId: message.channel_id, ephemeralFor, message });
  if (ephemeralFor !== null) return;
  const event = change === 'created' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE';
  context.gateway.dispatch(event, asSentToBot(context, message), targetOf(context, message.channel_id));
}

/** Forgets a message and says so. */
export function deleteMessage(context: Context, { message, ephemeralFor }: StoredMessage): void {
  context.world.messages.delete(message.id);
  context.events.emit({ type: 'message.deleted', channelId: message.channel_id, messageId: message.id });
  if (ephemeralFor !== null) return;
  const { guildId } = targetOf(context, message.channel_id);
  const data = { id: message.id, channel_id: message.channel_id, ...(guildId === null ? {} : { guild_id: guildId }) };
  context.gateway.dispatch('MESSAGE_DELETE', data, targetOf(context, message.channel_id));
}

function targetOf({ world }: Context, channelId: string) {
  const guildId = world.channels.get(channelId)?.guild_id ?? null;
  return { intent: guildId === null ? intents.directMessages : intents.guildMessages, guildId };
}

/** Without the message content intent a bot sees only its own words, those in direct messages, and those that mention it. */
function asSentToBot({ world }: Context, message: Message): object {
  const guildId = world.channels.get(message.channel_id)?.guild_id;
  const where = guildId === undefined ? {} : { guild_id: guildId };
  const isMentioned = message.mentions.some(({ id }) => id === world.botUserId);
  if (guildId === undefined || message.author.id === world.botUserId || isMentioned) return { ...message, ...where };
  return { ...message, ...where, content: '', embeds: [], attachments: [], components: [] };
}
