import { readConfig } from '../../api/platform/config.ts';
import { openLogger } from '../../api/platform/logger.ts';
import { whenStopped } from '../../api/platform/when-stopped.ts';
import { serveSlack } from './serve-slack.ts';

const config = readConfig();
const logger = openLogger('slack', config.logLevel);
const { signingSecret, botToken, appToken, apiBase } = config.slack;
if (!signingSecret || !botToken || !config.botKey) {
  throw new Error(
    'The Slack bot needs SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN and BOT_KEY (a service key for slack). `npm start` brings a local stand-in.',
  );
}
const bot = await serveSlack({
  apiUrl: config.apiUrl,
  publicUrl: config.publicUrl,
  botKey: config.botKey,
  signingSecret,
  botToken,
  appToken,
  slackApiUrl: apiBase,
  host: config.host,
  port: config.slackPort,
  logger,
});
logger.info({ port: bot.port }, 'the Slack bot is listening');
whenStopped(logger, () => bot.close());
