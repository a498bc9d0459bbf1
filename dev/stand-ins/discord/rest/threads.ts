import { nowText, type Context } from '../context.ts';
import { createMessage } from '../messages/create-message.ts';
import { announceMessage } from '../messages/announce-message.ts';
import { forumThread, textThread } from '../schema/channel.ts';
import { apiError } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import { route } from '../wire/route.ts';
import { messageFlags, type Channel } from '../world/world.ts';
import { announceChannel } from './announce-channel.ts';
import { findChannel } from './channels.ts';
import { knownTags } from './patch-thread.ts';

/** Making threads: forum posts, threads of a text channel, threads from a message. */
export const threadRoutes = [
  route('POST /channels/:channel/threads', (context, request) => {
    const parent = findChannel(context, request);
    if (parent.type === 15) return { status: 201, body: createPost(context, parent, request) };
    if (parent.type !== 0) throw apiError('notOnThisChannel');
    const draft = parseBody(textThread, request.json);
    const thread = makeThread(context, parent, { ...draft, id: context.newId() });
    announceChannel(context, 'created', thread);
    return { status: 201, body: thread };
  }),
  route('POST /channels/:channel/messages/:message/threads', (context, request) => {
    const parent = findChannel(context, request);
    if (parent.type !== 0) throw apiError('notOnThisChannel');
    const stored = context.world.messages.get(request.params.message ?? '');
    if (stored?.message.channel_id !== parent.id || stored.ephemeralFor !== null) throw apiError('unknownMessage');
    const draft = parseBody(textThread, request.json);
    if (context.world.channels.has(stored.message.id)) throw apiError('threadAlreadyCreated');
    // A thread from a message has the message's id.
    const thread = makeThread(context, parent, { ...draft, id: stored.message.id });
    stored.message = { ...stored.message, thread, flags: stored.message.flags | messageFlags.hasThread };
    announceChannel(context, 'created', thread);
    announceMessage(context, 'updated', stored);
    return { status: 201, body: thread };
  }),
  route('GET /guilds/:guild/threads/active', ({ world }, { params }) => {
    if (params.guild !== world.guild.id) throw apiError('unknownGuild');
    const threads = [...world.channels.values()].filter(
      ({ type, thread_metadata }) => type === 11 && thread_metadata?.archived !== true,
    );
    return { status: 200, body: { threads, members: [] } };
  }),
];

function createPost(
  context: Context,
  forum: Channel,
  { json, files }: { json: unknown; files: Parameters<typeof createMessage>[1]['files'] },
): object {
  const { message: draft, applied_tags, ...fields } = parseBody(forumThread, json);
  const tags = knownTags(context, forum.id, applied_tags ?? []);
  const thread = makeThread(context, forum, { ...fields, id: context.newId() });
  thread.applied_tags = tags;
  try {
    const first = { channel: thread, authorId: context.world.botUserId, draft, files, at: ['message'], id: thread.id };
    const { message } = createMessage(context, first);
    forum.last_message_id = thread.id;
    announceChannel(context, 'created', thread);
    return { ...thread, message };
  } catch (error) {
    context.world.channels.delete(thread.id);
    throw error;
  }
}

type ThreadDraft = {
  id: string;
  name: string;
  auto_archive_duration?: number | null | undefined;
  rate_limit_per_user?: number | null | undefined;
};

function makeThread(
  context: Context,
  parent: Channel,
  { id, name, auto_archive_duration, rate_limit_per_user }: ThreadDraft,
): Channel {
  const now = nowText(context);
  const thread: Channel = {
    id,
    type: 11,
    name,
    guild_id: context.world.guild.id,
    parent_id: parent.id,
    owner_id: context.world.botUserId,
    flags: 0,
    last_message_id: null,
    rate_limit_per_user: rate_limit_per_user ?? 0,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    thread_metadata: {
      archived: false,
      archive_timestamp: now,
      auto_archive_duration: auto_archive_duration ?? parent.default_auto_archive_duration ?? 4320,
      locked: false,
      create_timestamp: now,
    },
  };
  context.world.channels.set(id, thread);
  return thread;
}
