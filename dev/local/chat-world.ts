import type { ChatWorld } from '../demo/make-people.ts';
import { seededIds, seedWorld as seedDiscord } from '../stand-ins/discord/world/seed-world.ts';
import { seedWorld as seedSlack } from '../stand-ins/slack/world.ts';
import { local, type StandIns } from './stand-ins.ts';

/** The people and places of the stand-ins; with the real services the demo's people still exist, but nobody speaks for them. */
export function chatWorld(standIns: StandIns) {
  const slack = standIns.slack?.world ?? seedSlack();
  const person = ({ id, realName }: { id: string; realName: string }) => ({ userId: id, displayName: realName });
  const discord =
    standIns.discord?.world ?? seededIds(seedDiscord(local.discordApplicationId), local.discordApplicationId);
  return {
    slack: {
      teamId: slack.teamId,
      teamName: slack.teamName,
      channelId: slack.channels[0]?.id ?? '',
      poster: person(slack.users.poster),
      developer: person(slack.users.developer),
      admin: person(slack.users.admin),
    },
    discord: {
      guildId: discord.guildId,
      guildName: discord.guildName,
      channelId: discord.forumId,
      users: discord.users,
      people: Object.entries(discord.users).map(([name, userId]) => ({ userId, displayName: name })),
    },
  } satisfies ChatWorld & {
    slack: { channelId: string };
    discord: { channelId: string; users: Record<string, string> };
  };
}
