import type { Context } from '../context.ts';
import { intents } from '../gateway/gateway.ts';
import type { Channel } from '../world/world.ts';

const verbs = { created: 'CREATE', updated: 'UPDATE', deleted: 'DELETE' } as const;

/** Tells listeners and gateway of a change of a guild's channel or thread. */
export function announceChannel(context: Context, change: keyof typeof verbs, channel: Channel): void {
  context.events.emit({ type: `channel.${change}`, channel });
  const isThread = channel.type === 11;
  const { id, guild_id, parent_id, type } = channel;
  const event = `${isThread ? 'THREAD' : 'CHANNEL'}_${verbs[change]}`;
  const data = isThread && change === 'deleted' ? { id, guild_id, parent_id, type } : channel;
  const fresh = isThread && change === 'created' ? { newly_created: true } : {};
  context.gateway.dispatch(event, { ...data, ...fresh }, { intent: intents.guilds, guildId: guild_id ?? null });
}
