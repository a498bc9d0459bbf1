import { z } from 'zod';
import { integer, maybe, snowflake, text } from './fields.ts';
import { firstMessage, slowModeSeconds, threadTags } from './message.ts';

const archiveMinutes = maybe(z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10_080)]));

/** A forum post: POST /channels/:forum/threads */
export const forumThread = z.strictObject({
  name: text(1, 100),
  auto_archive_duration: archiveMinutes,
  rate_limit_per_user: slowModeSeconds,
  applied_tags: threadTags,
  message: firstMessage,
});

/** A public thread in a text channel, without a message or from one. */
export const textThread = z.strictObject({
  name: text(1, 100),
  auto_archive_duration: archiveMinutes,
  rate_limit_per_user: slowModeSeconds,
  type: maybe(z.literal(11)),
  invitable: maybe(z.boolean()),
});

/** PATCH of a thread. */
export const threadPatch = z.strictObject({
  name: maybe(text(1, 100)),
  archived: maybe(z.boolean()),
  locked: maybe(z.boolean()),
  auto_archive_duration: archiveMinutes,
  rate_limit_per_user: slowModeSeconds,
  applied_tags: threadTags,
  invitable: maybe(z.boolean()),
  flags: maybe(z.int()),
});

const tag = z.strictObject({
  id: maybe(snowflake),
  name: text(1, 20),
  moderated: maybe(z.boolean()),
  emoji_id: maybe(snowflake),
  emoji_name: maybe(text(1, 32)),
});

const channelFields = {
  topic: maybe(text(0, 4096)),
  nsfw: maybe(z.boolean()),
  position: maybe(integer(0, 1000)),
  parent_id: maybe(snowflake),
  rate_limit_per_user: slowModeSeconds,
  default_auto_archive_duration: archiveMinutes,
  available_tags: maybe(z.array(tag).max(20)),
};

/** PATCH of a text channel or forum: the fields the stand-in acts on. */
export const channelPatch = z.strictObject({ name: maybe(text(1, 100)), ...channelFields });

/** POST /guilds/:guild/channels: a text channel or a forum. */
export const newChannel = z.strictObject({
  name: text(1, 100),
  type: maybe(z.union([z.literal(0), z.literal(15)])),
  ...channelFields,
});

export const directChannel = z.strictObject({ recipient_id: snowflake });
