import { adminPermissions, botPermissions, everyonePermissions } from './permissions.ts';
import type { Channel, ForumTag, Member, Role, User, World } from './world.ts';

/** Names to seed the world with; everything has a default. Ids are fixed, so that they survive a restart of everything. */
export type WorldSeed = {
  guildName?: string;
  channelName?: string;
  forumName?: string;
  forumTags?: string[];
  botName?: string;
};

/** What scripts need to know of the seeded world. `users` are ids by part; `forumTags` are tag ids by name. */
export type SeededIds = {
  applicationId: string;
  botUserId: string;
  guildId: string;
  guildName: string;
  channelId: string;
  forumId: string;
  forumTags: Record<string, string>;
  users: { poster: string; developer: string; secondDeveloper: string; admin: string };
};

const ids = {
  guild: '1290000000000000001',
  adminRole: '1290000000000000002',
  botRole: '1290000000000000003',
  channel: '1290000000000000010',
  forum: '1290000000000000011',
  firstTag: 1290000000000000100n,
};

const people = {
  poster: { id: '1290000000000001001', username: 'priya', global_name: 'Priya Poster' },
  developer: { id: '1290000000000001002', username: 'dana', global_name: 'Dana Developer' },
  secondDeveloper: { id: '1290000000000001003', username: 'sam', global_name: 'Sam Second' },
  admin: { id: '1290000000000001004', username: 'alex', global_name: 'Alex Admin' },
} as const;

const seededAt = '2026-01-05T09:00:00.000000+00:00';

/** One guild with a text channel and a forum, four people and the bot, whose user id is the application's. */
export function seedWorld(applicationId: string, seed: WorldSeed = {}): World {
  const bot = makeUser({ id: applicationId, username: seed.botName ?? 'Quarry', global_name: null, bot: true });
  const users = [...Object.values(people).map(makeUser), bot];
  const tagNames = seed.forumTags ?? ['open', 'in review', 'awarded', 'cancelled'];
  const channels = [textChannel(seed.channelName ?? 'bounties'), forum(seed.forumName ?? 'bounty-board', tagNames)];
  return {
    guild: { id: ids.guild, name: seed.guildName ?? 'Quarry Guild', owner_id: people.admin.id, joined_at: seededAt },
    botUserId: applicationId,
    users: byId(users),
    members: new Map(users.map((user) => [user.id, makeMember(user)])),
    roles: byId(makeRoles(bot.username)),
    channels: byId(channels),
    messages: new Map(),
    commands: new Map(),
    files: new Map(),
  };
}

/** Reads the seeded ids off a world, also one loaded from a file. */
export function seededIds(world: World, applicationId: string): SeededIds {
  const tags = world.channels.get(ids.forum)?.available_tags ?? [];
  return {
    applicationId,
    botUserId: world.botUserId,
    guildId: world.guild.id,
    guildName: world.guild.name,
    channelId: ids.channel,
    forumId: ids.forum,
    forumTags: Object.fromEntries(tags.map((tag) => [tag.name, tag.id])),
    users: {
      poster: people.poster.id,
      developer: people.developer.id,
      secondDeveloper: people.secondDeveloper.id,
      admin: people.admin.id,
    },
  };
}

function byId<T extends { id: string }>(things: T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]));
}

function makeUser(of: { id: string; username: string; global_name: string | null; bot?: boolean }): User {
  return { ...of, discriminator: '0', avatar: null, public_flags: 0, flags: 0, primary_guild: null };
}

function makeMember(user: User): Member {
  const roles = user.id === people.admin.id ? [ids.adminRole] : user.bot === true ? [ids.botRole] : [];
  return { userId: user.id, nick: null, roles, joined_at: seededAt };
}

function makeRoles(botName: string): Role[] {
  const plain = { color: 0, managed: false };
  return [
    { ...plain, id: ids.guild, name: '@everyone', permissions: everyonePermissions.toString(), position: 0 },
    { ...plain, id: ids.botRole, name: botName, permissions: botPermissions.toString(), position: 1, managed: true },
    { ...plain, id: ids.adminRole, name: 'Admin', permissions: adminPermissions.toString(), position: 2 },
  ];
}

function textChannel(name: string): Channel {
  return { ...guildChannel(ids.channel, name, 0), type: 0 };
}

function forum(name: string, tagNames: string[]): Channel {
  return {
    ...guildChannel(ids.forum, name, 1),
    type: 15,
    available_tags: tagNames.map((tag, place) => makeTag(tag, (ids.firstTag + BigInt(place)).toString())),
    default_reaction_emoji: null,
    default_sort_order: null,
    default_forum_layout: 0,
  };
}

function guildChannel(id: string, name: string, position: number): Omit<Channel, 'type'> {
  return {
    id,
    name,
    guild_id: ids.guild,
    position,
    flags: 0,
    topic: null,
    nsfw: false,
    parent_id: null,
    last_message_id: null,
    rate_limit_per_user: 0,
    permission_overwrites: [],
    default_auto_archive_duration: 10_080,
  };
}

function makeTag(name: string, id: string): ForumTag {
  return { id, name, moderated: false, emoji_id: null, emoji_name: null };
}
