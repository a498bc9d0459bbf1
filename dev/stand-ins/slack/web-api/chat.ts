import { z } from 'zod';
import { messageBlocks, messageCharactersMax, type Block } from '../block-kit/blocks.ts';
import { changed, type Context } from '../context.ts';
import { findUser, nextTs, type Message } from '../world.ts';
import { Refusal, shapeRefusal } from './refuse.ts';

export type Method = (context: Context, body: Record<string, unknown>) => object;

const flag = z.union([z.boolean(), z.enum(['true', 'false', '1', '0'])]).optional();
const common = {
  channel: z.string(),
  text: z.string().max(40_000).optional(),
  blocks: z.unknown().optional(),
  thread_ts: z.string().optional(),
  metadata: z.unknown().optional(),
  mrkdwn: flag,
  link_names: flag,
  parse: z.enum(['none', 'full']).optional(),
};
const post = z.strictObject({
  ...common,
  unfurl_links: flag,
  unfurl_media: flag,
  reply_broadcast: flag,
  username: z.string().optional(),
  icon_emoji: z.string().optional(),
});
const ephemeral = z.strictObject({ ...common, user: z.string() });
const update = z.strictObject({ ...common, ts: z.string(), reply_broadcast: flag });
const remove = z.strictObject({ channel: z.string(), ts: z.string() });

/** https://docs.slack.dev/reference/methods#chat */
export const chatMethods: Record<string, Method> = {
  'chat.postMessage': (context, body) => {
    const message = parse(post, body);
    const channel = findConversation(context, message.channel);
    const made = addMessage(context, {
      channelId: channel,
      text: message.text ?? '',
      blocks: readBlocks(context, message),
      threadTs: message.thread_ts ?? null,
      onlyFor: null,
    });
    return { channel, ts: made.ts, message: present(context, made) };
  },
  'chat.postEphemeral': (context, body) => {
    const message = parse(ephemeral, body);
    const channel = findChannel(context, message.channel);
    if (!findUser(context.world, message.user)) throw new Refusal('user_not_in_channel');
    const made = addMessage(context, {
      channelId: channel,
      text: message.text ?? '',
      blocks: readBlocks(context, message),
      threadTs: message.thread_ts ?? null,
      onlyFor: message.user,
    });
    return { message_ts: made.ts };
  },
  'chat.update': (context, body) => {
    const change = parse(update, body);
    const channel = findChannel(context, change.channel);
    const message = findMessage(context, channel, change.ts);
    message.blocks = readBlocks(context, change);
    message.text = change.text ?? '';
    message.isEdited = true;
    changed(context);
    return { channel, ts: message.ts, text: message.text, message: present(context, message) };
  },
  'chat.delete': (context, body) => {
    const { channel, ts } = parse(remove, body);
    const message = findMessage(context, findChannel(context, channel), ts);
    context.world.messages = context.world.messages.filter((one) => one !== message);
    changed(context);
    return { channel, ts };
  },
  'chat.getPermalink': (context, body) => {
    const { channel, message_ts: ts } = parse(z.strictObject({ channel: z.string(), message_ts: z.string() }), body);
    const message = findMessage(context, findChannel(context, channel), ts);
    return { channel, permalink: `${context.baseUrl}/archives/${message.channelId}/p${message.ts.replace('.', '')}` };
  },
};

/** Adds a message to the world, as the bot unless said otherwise. */
export function addMessage(
  context: Context,
  message: Omit<Message, 'ts' | 'isEdited' | 'userId'> & { userId?: string },
): Message {
  const made: Message = { userId: context.world.botUserId, ...message, ts: nextTs(context.world), isEdited: false };
  context.world.messages.push(made);
  changed(context);
  return made;
}

/** A message as Slack shows it to apps. */
export function present(context: Context, message: Message): object {
  return {
    type: 'message',
    subtype: 'bot_message',
    user: message.userId,
    bot_id: context.world.botId,
    app_id: context.world.appId,
    team: context.world.teamId,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.isEdited ? { edited: { user: message.userId, ts: message.ts } } : {}),
  };
}

/** Reads and checks the blocks of a message; also its whole length, and that notifications get a text. */
export function readBlocks(context: Context, message: { text?: string | undefined; blocks?: unknown }): Block[] {
  if (message.blocks === undefined) {
    if (!message.text) throw new Refusal('no_text');
    return [];
  }
  const parsed = messageBlocks.safeParse(message.blocks);
  if (!parsed.success) throw shapeRefusal('invalid_blocks', parsed.error);
  if (
    JSON.stringify(parsed.data).length + (message.text?.length ?? 0) > messageCharactersMax * 2 ||
    textOf(parsed.data) > messageCharactersMax
  ) {
    throw new Refusal('msg_too_long');
  }
  if (!message.text)
    context.warnings.push('A message has blocks and no text: notifications and screen readers get nothing.');
  return withIds(parsed.data);
}

/** Slack names blocks and actions that have no id. */
export function withIds(blocks: Block[]): Block[] {
  return blocks.map((block, index) => ({ ...block, block_id: block.block_id ?? `b${index}` }));
}

export function parse<T extends z.ZodType>(schema: T, body: Record<string, unknown>): z.output<T> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw shapeRefusal('invalid_arguments', parsed.error);
  return parsed.data;
}

/** A person's id is their conversation with the app: docs.slack.dev/reference/methods/chat.postMessage. */
function findConversation(context: Context, id: string): string {
  const person = Object.values(context.world.users).find((user) => user.id === id);
  return person?.id ?? findChannel(context, id);
}

export function findChannel(context: Context, id: string): string {
  const channel = context.world.channels.find((one) => one.id === id || `#${one.name}` === id);
  if (channel === undefined) throw new Refusal('channel_not_found');
  return channel.id;
}

function findMessage(context: Context, channelId: string, ts: string): Message {
  const message = context.world.messages.find(
    (one) => one.ts === ts && one.channelId === channelId && one.onlyFor === null,
  );
  if (message === undefined) throw new Refusal('message_not_found');
  return message;
}

function textOf(blocks: Block[]): number {
  let length = 0;
  JSON.stringify(blocks, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') length += value.length;
    return value;
  });
  return length;
}
