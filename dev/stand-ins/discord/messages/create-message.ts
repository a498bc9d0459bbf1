import { nowText, type Context } from '../context.ts';
import { componentsFor, type MessageDraft } from '../schema/message.ts';
import { apiError } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import type { UploadedFile } from '../wire/read-request.ts';
import {
  messageFlags,
  type Channel,
  type InteractionMetadata,
  type Message,
  type StoredMessage,
} from '../world/world.ts';
import { announceMessage } from './announce-message.ts';
import { collectAttachments } from './attachments.ts';
import { findMentions, textsOf } from './mentions.ts';
import { presentComponents } from './present-components.ts';
import { presentEmbeds } from './present-embeds.ts';

export type NewMessage = {
  channel: Channel;
  authorId: string;
  draft: MessageDraft;
  files?: UploadedFile[];
  /** Where the draft stands in the request's body, for field errors. */
  at?: readonly string[];
  ephemeralFor?: string | null;
  /** Only for answers to interactions. */
  interaction?: InteractionMetadata;
  type?: Message['type'];
  /** A first message of a forum post has the thread's id. */
  id?: string;
};

/** Checks and stores a message, tells the gateway and the listeners. Throws what Discord answers to a bad one. */
export function createMessage(context: Context, input: NewMessage): StoredMessage {
  const { channel, draft, files = [], at = [], ephemeralFor = null } = input;
  const twin = findTwin(context, input);
  if (twin) return twin;
  const flags = draft.flags ?? 0;
  const { content, embeds, components } = draft;
  parseBody(componentsFor((flags & messageFlags.componentsV2) !== 0), { content, embeds, components }, at);
  if (!content && !embeds?.length && !components?.length && files.length === 0) throw apiError('emptyMessage');
  warnOfPings(context, draft);
  const attachments = collectAttachments(context, {
    channelId: channel.id,
    draft,
    files,
    former: [],
    at,
    ephemeral: ephemeralFor !== null,
  });
  const shown = {
    content: content ?? '',
    embeds: presentEmbeds(embeds, attachments, at),
    components: presentComponents(components ?? [], attachments, at, context.newId),
  };
  const message: Message = {
    ...emptyMessage(context, input),
    ...shown,
    ...findMentions(context.world, textsOf(shown), draft.allowed_mentions),
    attachments,
    flags,
    ...(draft.nonce !== undefined && draft.nonce !== null ? { nonce: draft.nonce } : {}),
    ...referenceOf(context, input),
  };
  return storeMessage(context, channel, { message, ephemeralFor });
}

/** The loading message of a deferred answer: empty, with the loading flag. */
export function createLoadingMessage(
  context: Context,
  input: Omit<NewMessage, 'draft'> & { flags: number },
): StoredMessage {
  const message = { ...emptyMessage(context, input), flags: input.flags | messageFlags.loading };
  return storeMessage(context, input.channel, { message, ephemeralFor: input.ephemeralFor ?? null });
}

/** Records that a message may ping whoever its text names, because nobody said otherwise. */
export function warnOfPings(context: Context, draft: MessageDraft): void {
  if (draft.allowed_mentions) return;
  context.warn(
    'allowed_mentions_absent',
    'A message was sent without allowed_mentions, so its text can ping anybody. Send allowed_mentions: { parse: [] }.',
  );
}

function storeMessage(context: Context, channel: Channel, stored: StoredMessage): StoredMessage {
  context.world.messages.set(stored.message.id, stored);
  if (stored.ephemeralFor === null) {
    channel.last_message_id = stored.message.id;
    const isFirst = stored.message.id === channel.id;
    if (channel.type === 11 && !isFirst) {
      channel.message_count = (channel.message_count ?? 0) + 1;
      channel.total_message_sent = (channel.total_message_sent ?? 0) + 1;
    }
  }
  announceMessage(context, 'created', stored);
  return stored;
}

function emptyMessage(
  context: Context,
  { channel, authorId, interaction, type = 0, id }: Omit<NewMessage, 'draft'>,
): Message {
  const author = context.world.users.get(authorId);
  if (!author) throw apiError('unknownUser');
  return {
    id: id ?? context.newId(),
    type,
    channel_id: channel.id,
    author,
    content: '',
    timestamp: nowText(context),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    flags: 0,
    pinned: false,
    ...(authorId === context.world.botUserId ? { application_id: context.applicationId } : {}),
    ...(interaction ? { webhook_id: context.applicationId, interaction_metadata: interaction } : {}),
  };
}

function referenceOf({ world }: Context, { draft, channel }: NewMessage): Partial<Message> {
  const reference = draft.message_reference;
  if (!reference) return {};
  const exists = world.messages.get(reference.message_id)?.message.channel_id === channel.id;
  if (!exists && reference.fail_if_not_exists !== false) throw apiError('unknownMessage');
  const guild = channel.guild_id === undefined ? {} : { guild_id: channel.guild_id };
  return exists
    ? { message_reference: { type: 0, message_id: reference.message_id, channel_id: channel.id, ...guild } }
    : {};
}

/** With `enforce_nonce`, the message of the same author and nonce of the last few minutes stands for a repeated request. */
function findTwin({ world, nowMs }: Context, { channel, authorId, draft }: NewMessage): StoredMessage | null {
  if (draft.enforce_nonce !== true || draft.nonce === undefined || draft.nonce === null) return null;
  const sinceMs = nowMs() - 3 * 60_000;
  for (const stored of world.messages.values()) {
    const { message } = stored;
    const isSame = message.channel_id === channel.id && message.author.id === authorId && message.nonce === draft.nonce;
    if (isSame && Date.parse(message.timestamp) >= sinceMs) return stored;
  }
  return null;
}
