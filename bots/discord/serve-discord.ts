import { ChannelType, Client, Events, GatewayIntentBits, type Guild, type Interaction } from 'discord.js';
import type { Logger } from '../../api/platform/logger.ts';
import { openBotSession, type BotSession } from '../commands/bot-session.ts';
import { keepCards } from '../commands/keep-cards.ts';
import { keepNotices } from '../commands/keep-notices.ts';
import { discordCards } from './draw-card.ts';
import { handleAutocomplete } from './handle-autocomplete.ts';
import { handleButton } from './handle-button.ts';
import { handleCommand } from './handle-command.ts';
import { handleModal } from './handle-modal.ts';
import { discordNotices } from './send-notice.ts';
import { registerCommands } from './register-commands.ts';

export type DiscordSettings = {
  apiUrl: string;
  publicUrl: string;
  botKey: string;
  token: string;
  /** Another server that speaks Discord's REST API, `http://host:port/api`. */
  discordApiBase?: string | undefined;
  logger: Logger;
};

export type DiscordBot = { close(): Promise<void> };

/** Runs the Discord bot over the gateway. It asks for the intent Guilds alone, so it reads no messages. */
export async function serveDiscord(settings: DiscordSettings): Promise<DiscordBot> {
  const { logger } = settings;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    ...(settings.discordApiBase ? { rest: { api: settings.discordApiBase } } : {}),
  });
  client.on(Events.Error, (error) => logger.warn({ err: error }, 'the Discord connection had a problem'));
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(settings.token);
  const connected = await ready;
  const session = openBotSession({
    ...settings,
    homeName: async (guildId) => connected.guilds.cache.get(guildId)?.name ?? '',
  });
  connected.on(Events.InteractionCreate, (interaction) => {
    void handle(session, interaction).catch((error: unknown) =>
      logger.error({ err: error }, 'an interaction could not be answered'),
    );
  });
  connected.on(Events.GuildCreate, (guild) => void announceHome(session, guild));
  await registerCommands(connected);
  for (const guild of connected.guilds.cache.values()) await announceHome(session, guild);
  const notices = keepNotices(session, discordNotices(connected));
  const cards = keepCards(session, { ...settings, draw: discordCards(connected) });
  return {
    async close() {
      await cards.close();
      await notices.close();
      await client.destroy();
    },
  };
}

async function handle(session: BotSession, interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) await handleAutocomplete(session, interaction);
  else if (interaction.isChatInputCommand()) await handleCommand(session, interaction);
  else if (interaction.isButton()) await handleButton(session, interaction);
  else if (interaction.isModalSubmit()) await handleModal(session, interaction);
}

/** Cards go into the guild's first forum, one whose name says bounties before others. */
async function announceHome(session: BotSession, guild: Guild): Promise<void> {
  const forums = [...guild.channels.cache.values()].filter((channel) => channel.type === ChannelType.GuildForum);
  const forum = forums.find(({ name }) => name.includes('bount')) ?? forums[0];
  if (forum === undefined) {
    session.logger.warn(
      { guild: guild.name },
      'this guild has no forum channel; make one named "bounties" for the cards',
    );
    return;
  }
  try {
    await session.api.chat.setHome({ homeId: guild.id, homeName: guild.name, channelId: forum.id });
  } catch (error) {
    session.logger.warn({ err: error, guild: guild.name }, 'the guild could not be announced to the API');
  }
}
