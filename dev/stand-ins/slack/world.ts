import { randomBytes } from 'node:crypto';
import type { Block, Home, Modal } from './block-kit/blocks.ts';

export type User = { id: string; name: string; realName: string };
export type Channel = { id: string; name: string };

export type Message = {
  ts: string;
  channelId: string;
  userId: string;
  text: string;
  blocks: Block[];
  threadTs: string | null;
  isEdited: boolean;
  /** Set: only this person sees it. */
  onlyFor: string | null;
};

export type OpenView = { id: string; hash: string; userId: string; view: Modal; errors: Record<string, string> };

/** Everything this Slack knows. */
export type World = {
  teamId: string;
  teamName: string;
  teamDomain: string;
  appId: string;
  botId: string;
  botUserId: string;
  users: Record<'poster' | 'developer' | 'admin', User>;
  channels: Channel[];
  messages: Message[];
  views: OpenView[];
  homes: Record<string, Home>;
  lastTs: number;
};

/** A team with a channel, three people and the bot. Ids are fixed, so that they survive a restart of everything. */
export function seedWorld(): World {
  return {
    teamId: 'T0ACME00001',
    teamName: 'Acme Robotics',
    teamDomain: 'acme-robotics',
    appId: 'A0QUARRY001',
    botId: 'B0QUARRY001',
    botUserId: 'U0QUARRY001',
    users: {
      poster: { id: 'U0POSTER001', name: 'paula', realName: 'Paula Poster' },
      developer: { id: 'U0DEVELOP01', name: 'devi', realName: 'Devi Developer' },
      admin: { id: 'U0ADMIN0001', name: 'ada', realName: 'Ada Admin' },
    },
    channels: [{ id: 'C0BOUNTIES1', name: 'bounties' }],
    messages: [],
    views: [],
    homes: {},
    lastTs: 0,
  };
}

/** A message's time stamp, which is its id: unique, growing. */
export function nextTs(world: World): string {
  world.lastTs = Math.max(world.lastTs + 1, Date.now() * 1000);
  return `${Math.floor(world.lastTs / 1e6)}.${String(world.lastTs % 1e6).padStart(6, '0')}`;
}

export function newId(prefix: string): string {
  return `${prefix}${randomBytes(6).toString('hex').toUpperCase().slice(0, 10)}`;
}

export function findUser(world: World, id: string): User | undefined {
  return Object.values(world.users).find((user) => user.id === id);
}
