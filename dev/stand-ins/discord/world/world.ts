import type { Component } from '../messages/component.ts';
import type { CommandDefinition } from '../schema/command.ts';

/** A user as the API shows one (docs.discord.com/developers/resources/user). */
export type User = {
  id: string;
  username: string;
  discriminator: string;
  global_name: string | null;
  avatar: null;
  bot?: boolean;
  public_flags: number;
  flags: number;
  primary_guild: null;
};

/** What a guild knows of a user; the user itself is kept once, in `world.users`. */
export type Member = { userId: string; nick: string | null; roles: string[]; joined_at: string };

/** `permissions` is a bit set in decimal text (docs.discord.com/developers/topics/permissions). */
export type Role = { id: string; name: string; color: number; permissions: string; position: number; managed: boolean };

export type ForumTag = { id: string; name: string; moderated: boolean; emoji_id: null; emoji_name: string | null };

export type ThreadMetadata = {
  archived: boolean;
  archive_timestamp: string;
  auto_archive_duration: number;
  locked: boolean;
  create_timestamp: string;
};

/** Types used here: 0 text, 1 direct message, 11 public thread, 15 forum. */
export type Channel = {
  id: string;
  type: 0 | 1 | 11 | 15;
  flags: number;
  last_message_id: string | null;
  name?: string;
  guild_id?: string;
  position?: number;
  topic?: string | null;
  nsfw?: boolean;
  parent_id?: string | null;
  rate_limit_per_user?: number;
  permission_overwrites?: never[];
  default_auto_archive_duration?: number;
  available_tags?: ForumTag[];
  default_reaction_emoji?: null;
  default_sort_order?: null;
  default_forum_layout?: 0;
  recipients?: User[];
  owner_id?: string;
  thread_metadata?: ThreadMetadata;
  message_count?: number;
  member_count?: number;
  total_message_sent?: number;
  applied_tags?: string[];
};

export type Attachment = {
  id: string;
  filename: string;
  size: number;
  url: string;
  proxy_url: string;
  content_type: string;
  description?: string;
  title?: string;
  ephemeral?: boolean;
};

/** Who caused the message, and how. */
export type InteractionMetadata = { id: string; type: number; user: User; [detail: string]: unknown };

/** A message as the API shows one (docs.discord.com/developers/resources/message). */
export type Message = {
  id: string;
  type: 0 | 20 | 23;
  channel_id: string;
  author: User;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  tts: boolean;
  mention_everyone: boolean;
  mentions: User[];
  mention_roles: string[];
  attachments: Attachment[];
  embeds: object[];
  components: Component[];
  flags: number;
  pinned: boolean;
  application_id?: string;
  webhook_id?: string;
  nonce?: string | number;
  interaction_metadata?: InteractionMetadata;
  message_reference?: { type: 0; message_id: string; channel_id: string; guild_id?: string };
  thread?: Channel;
};

/** `ephemeralFor` is the one user who sees it, or null when the whole channel does. */
export type StoredMessage = { message: Message; ephemeralFor: string | null };

export type Command = CommandDefinition & { id: string; application_id: string; version: string; guild_id?: string };

export type StoredFile = { filename: string; contentType: string; base64: string };

/** The whole lasting state, as plain JSON values, so that it can be written to a file. Maps are by id. */
export type World = {
  guild: { id: string; name: string; owner_id: string; joined_at: string };
  botUserId: string;
  users: Map<string, User>;
  members: Map<string, Member>;
  roles: Map<string, Role>;
  channels: Map<string, Channel>;
  messages: Map<string, StoredMessage>;
  commands: Map<string, Command>;
  files: Map<string, StoredFile>;
};

/** The message flags used here (docs.discord.com/developers/resources/message#message-object-message-flags). */
export const messageFlags = {
  suppressEmbeds: 4,
  hasThread: 32,
  ephemeral: 64,
  loading: 128,
  suppressNotifications: 4096,
  componentsV2: 32768,
} as const;
