import type { Context } from '../context.ts';
import { deleteMessage } from '../messages/announce-message.ts';
import { createMessage } from '../messages/create-message.ts';
import { editMessage, refuseArchived } from '../messages/edit-message.ts';
import { messagePatch, newMessage } from '../schema/message.ts';
import { apiError, invalidField } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import { route, type ApiRequest } from '../wire/route.ts';
import type { Channel, StoredMessage } from '../world/world.ts';
import { announceChannel } from './announce-channel.ts';
import { findChannel } from './channels.ts';

/** Messages sent with the bot's own token. Ephemeral ones cannot be reached this way. */
export const messageRoutes = [
  route('GET /channels/:channel/messages', (context, request) => {
    const channel = findTextChannel(context, request);
    return { status: 200, body: page(context, channel, request.query) };
  }),
  route('POST /channels/:channel/messages', (context, request) => {
    const channel = findTextChannel(context, request);
    const draft = parseBody(newMessage, request.json);
    refuseClosed(context, channel);
    const { message } = createMessage(context, {
      channel,
      authorId: context.world.botUserId,
      draft,
      files: request.files,
    });
    unarchive(context, channel);
    return { status: 200, body: message };
  }),
  route('GET /channels/:channel/messages/:message', (context, request) => ({
    status: 200,
    body: findMessage(context, request).message,
  })),
  route('PATCH /channels/:channel/messages/:message', (context, request) => {
    const stored = findMessage(context, request);
    if (stored.message.author.id !== context.world.botUserId) throw apiError('notAuthor');
    const edited = editMessage(context, stored, { draft: parseBody(messagePatch, request.json), files: request.files });
    return { status: 200, body: edited.message };
  }),
  route('DELETE /channels/:channel/messages/:message', (context, request) => {
    const stored = findMessage(context, request);
    refuseArchived(context, stored.message.channel_id);
    deleteMessage(context, stored);
    return { status: 204 };
  }),
  route('POST /channels/:channel/typing', (context, request) => {
    findTextChannel(context, request);
    return { status: 204 };
  }),
  route('PUT /channels/:channel/messages/pins/:message', (context, request) => pin(context, request, true)),
  route('DELETE /channels/:channel/messages/pins/:message', (context, request) => pin(context, request, false)),
];

function findTextChannel(context: Context, request: ApiRequest): Channel {
  const channel = findChannel(context, request);
  // A forum takes only threads.
  if (channel.type === 15) throw apiError('notTextChannel');
  return channel;
}

function findMessage(context: Context, request: ApiRequest): StoredMessage {
  const channel = findChannel(context, request);
  const stored = context.world.messages.get(request.params.message ?? '');
  if (stored?.message.channel_id !== channel.id || stored.ephemeralFor !== null) throw apiError('unknownMessage');
  return stored;
}

function page({ world }: Context, channel: Channel, query: URLSearchParams): object[] {
  const limit = Number(query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalidField(['limit'], 'NUMBER_TYPE_RANGE', 'int value should be between 1 and 100.');
  const { before, after } = { before: query.get('before'), after: query.get('after') };
  const all = [...world.messages.values()].filter(
    ({ message, ephemeralFor }) => message.channel_id === channel.id && ephemeralFor === null,
  );
  const within = all
    .map(({ message }) => message)
    .filter(
      ({ id }) => (before === null || BigInt(id) < BigInt(before)) && (after === null || BigInt(id) > BigInt(after)),
    )
    .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1));
  return after === null ? within.slice(0, limit) : within.slice(-limit);
}

function refuseClosed({ closedDirectMessages }: Context, { recipients }: Channel): void {
  if (recipients?.some(({ id }) => closedDirectMessages.has(id))) throw apiError('cannotMessageUser');
}

/** A message to an archived thread opens it again. */
function unarchive(context: Context, channel: Channel): void {
  if (channel.thread_metadata?.archived !== true) return;
  channel.thread_metadata = { ...channel.thread_metadata, archived: false };
  announceChannel(context, 'updated', channel);
}

function pin(context: Context, request: ApiRequest, pinned: boolean) {
  const stored = findMessage(context, request);
  refuseArchived(context, stored.message.channel_id);
  stored.message = { ...stored.message, pinned };
  return { status: 204 };
}
