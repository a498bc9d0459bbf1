import { intents } from '../gateway/gateway.ts';
import type { Context } from '../context.ts';
import { channelPatch, directChannel, newChannel, threadPatch } from '../schema/channel.ts';
import { apiError } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import { route, type ApiRequest } from '../wire/route.ts';
import { announceChannel } from './announce-channel.ts';
import { makeTags, patchThread } from './patch-thread.ts';
import type { Channel } from '../world/world.ts';

/** Channels of the guild and direct messages; threads are made in threads.ts. */
export const channelRoutes = [
  route('GET /channels/:channel', (context, request) => ({ status: 200, body: findChannel(context, request) })),
  route('PATCH /channels/:channel', (context, request) => {
    const channel = findChannel(context, request);
    if (channel.type === 1) throw apiError('notOnDirectMessages');
    const body =
      channel.type === 11
        ? patchThread(context, channel, parseBody(threadPatch, request.json))
        : patchChannel(context, channel, request.json);
    announceChannel(context, 'updated', body);
    return { status: 200, body };
  }),
  route('DELETE /channels/:channel', (context, request) => {
    const channel = findChannel(context, request);
    if (channel.type === 1) throw apiError('notOnDirectMessages');
    context.world.channels.delete(channel.id);
    for (const [id, { message }] of context.world.messages)
      if (message.channel_id === channel.id) context.world.messages.delete(id);
    announceChannel(context, 'deleted', channel);
    return { status: 200, body: channel };
  }),
  route('GET /guilds/:guild/channels', (context, { params }) => {
    refuseOtherGuild(context, params.guild);
    const body = [...context.world.channels.values()].filter(
      ({ guild_id, type }) => guild_id !== undefined && type !== 11,
    );
    return { status: 200, body };
  }),
  route('POST /guilds/:guild/channels', (context, { params, json }) => {
    refuseOtherGuild(context, params.guild);
    const { available_tags, type, ...fields } = parseBody(newChannel, json);
    const channel: Channel = {
      ...dropNulls(fields),
      id: context.newId(),
      type: type ?? 0,
      guild_id: context.world.guild.id,
      flags: 0,
      position: fields.position ?? context.world.channels.size,
      last_message_id: null,
      permission_overwrites: [],
      ...(type === 15 ? { available_tags: makeTags(context, available_tags ?? []) } : {}),
    };
    context.world.channels.set(channel.id, channel);
    announceChannel(context, 'created', channel);
    return { status: 201, body: channel };
  }),
  route('POST /users/@me/channels', (context, { json }) => {
    const { recipient_id } = parseBody(directChannel, json);
    return { status: 200, body: openDirectChannel(context, recipient_id) };
  }),
];

/** The channel a request names, or 10003. */
export function findChannel({ world }: Context, { params }: ApiRequest): Channel {
  const channel = world.channels.get(params.channel ?? '');
  if (!channel) throw apiError('unknownChannel');
  return channel;
}

/** The direct message channel between the bot and a person; it is made when it is first asked for. */
export function openDirectChannel(context: Context, userId: string): Channel {
  const user = context.world.users.get(userId);
  if (!user || user.bot === true) throw apiError(user ? 'cannotMessageUser' : 'unknownUser');
  for (const channel of context.world.channels.values())
    if (channel.recipients?.some(({ id }) => id === userId)) return channel;
  const channel: Channel = { id: context.newId(), type: 1, flags: 0, last_message_id: null, recipients: [user] };
  context.world.channels.set(channel.id, channel);
  context.events.emit({ type: 'channel.created', channel });
  context.gateway.dispatch('CHANNEL_CREATE', channel, { intent: intents.directMessages, guildId: null });
  return channel;
}

function patchChannel(context: Context, channel: Channel, json: unknown): Channel {
  const { available_tags, ...fields } = parseBody(channelPatch, json);
  if (available_tags && channel.type !== 15) throw apiError('notOnThisChannel');
  const tags = available_tags ? { available_tags: makeTags(context, available_tags) } : {};
  return Object.assign(channel, dropNulls(fields), tags);
}

function refuseOtherGuild({ world }: Context, guildId: string | undefined): void {
  if (guildId !== world.guild.id) throw apiError('unknownGuild');
}

type WithoutNulls<T> = { [K in keyof T]: Exclude<T[K], null> };

function dropNulls<T extends object>(fields: T): WithoutNulls<T> {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as WithoutNulls<T>;
}
