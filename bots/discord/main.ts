import { readConfig } from '../../api/platform/config.ts';
import { openLogger } from '../../api/platform/logger.ts';
import { whenStopped } from '../../api/platform/when-stopped.ts';
import { serveDiscord } from './serve-discord.ts';

const config = readConfig();
const logger = openLogger('discord', config.logLevel);
const { token, apiBase } = config.discord;
if (!token || !config.botKey) {
  throw new Error(
    'The Discord bot needs DISCORD_TOKEN and BOT_KEY (a service key for discord). `npm start` brings a local stand-in.',
  );
}
const bot = await serveDiscord({
  apiUrl: config.apiUrl,
  publicUrl: config.publicUrl,
  botKey: config.botKey,
  token,
  discordApiBase: apiBase,
  logger,
});
logger.info('the Discord bot is connected');
whenStopped(logger, () => bot.close());
