import { z } from 'zod';
import type { Context } from '../context.ts';
import { findUser, type User } from '../world.ts';
import { findChannel, parse, type Method } from './chat.ts';
import { Refusal } from './refuse.ts';

const flag = z.union([z.boolean(), z.string()]).optional();

/** Who and where: https://docs.slack.dev/reference/methods */
export const infoMethods: Record<string, Method> = {
  'auth.test': ({ world, baseUrl }) => ({
    url: `${baseUrl}/`,
    team: world.teamName,
    team_id: world.teamId,
    user: 'quarry',
    user_id: world.botUserId,
    bot_id: world.botId,
    is_enterprise_install: false,
  }),
  'team.info': ({ world }, body) => {
    const { team } = parse(z.strictObject({ team: z.string().optional(), domain: z.string().optional() }), body);
    if (team !== undefined && team !== world.teamId) throw new Refusal('team_not_found');
    return { team: { id: world.teamId, name: world.teamName, domain: world.teamDomain } };
  },
  'users.info': (context, body) => {
    const { user: id } = parse(z.strictObject({ user: z.string(), include_locale: flag }), body);
    const user = findUser(context.world, id);
    if (user === undefined) throw new Refusal('user_not_found');
    return { user: presentUser(context, user) };
  },
  'users.list': (context) => ({
    members: Object.values(context.world.users).map((user) => presentUser(context, user)),
    response_metadata: { next_cursor: '' },
  }),
  'conversations.info': (context, body) => {
    const { channel } = parse(
      z.strictObject({ channel: z.string(), include_locale: flag, include_num_members: flag }),
      body,
    );
    const id = findChannel(context, channel);
    return { channel: presentChannel(context, id) };
  },
  'conversations.list': (context) => ({
    channels: context.world.channels.map(({ id }) => presentChannel(context, id)),
    response_metadata: { next_cursor: '' },
  }),
};

function presentUser({ world }: Context, user: User): object {
  return {
    id: user.id,
    team_id: world.teamId,
    name: user.name,
    real_name: user.realName,
    is_bot: false,
    deleted: false,
    tz: 'Europe/Berlin',
    profile: { real_name: user.realName, display_name: user.name },
  };
}

function presentChannel({ world }: Context, id: string): object {
  const name = world.channels.find((channel) => channel.id === id)?.name;
  return {
    id,
    name,
    is_channel: true,
    is_private: false,
    is_archived: false,
    is_member: true,
    context_team_id: world.teamId,
  };
}
