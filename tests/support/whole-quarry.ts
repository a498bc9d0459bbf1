import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { serveApi, type ServedApi } from '../../api/serve.ts';
import { serveDiscord } from '../../bots/discord/serve-discord.ts';
import { serveSlack } from '../../bots/slack/serve-slack.ts';
import { startDiscordStandIn, type DiscordStandIn } from '../../dev/stand-ins/discord/start-discord-stand-in.ts';
import { startSlackStandIn, type SlackStandIn } from '../../dev/stand-ins/slack/start-slack-stand-in.ts';
import { startStripeStandIn, type StripeStandIn } from '../../dev/stand-ins/stripe/start-stripe-stand-in.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { startProcess } from './start-process.ts';

export type WholeQuarry = {
  t: TestDatabase;
  api: ServedApi;
  stripe: StripeStandIn;
  slack: SlackStandIn;
  discord: DiscordStandIn;
  close(): Promise<void>;
};

const secrets = {
  stripe: 'sk_test_journey',
  webhook: 'whsec_journey',
  signing: 'journey-signing',
  slack: 'xoxb-journey',
  discord: 'journey.discord.token',
};

/** All of Quarry over the stand-ins: API and bots in this process, the worker in one of its own. Closes what it opened, last first. */
export async function startWholeQuarry(): Promise<WholeQuarry> {
  const open: { close(): Promise<unknown> | void }[] = [];
  const keep = <T extends { close(): Promise<unknown> | void }>(opened: T): T => {
    open.push(opened);
    return opened;
  };
  const stripe = keep(await startStripeStandIn({ secretKey: secrets.stripe, webhookSecret: secrets.webhook }));
  const settings = {
    STRIPE_SECRET_KEY: secrets.stripe,
    STRIPE_WEBHOOK_SECRET: secrets.webhook,
    STRIPE_API_BASE: stripe.url,
    INSURANCE_CAPITAL: 'USD:1000000',
  };
  const t = keep(await openTestDatabase(settings));
  const api = keep(await serveApi(t.context, t.pool, { host: '127.0.0.1', port: 0 }));
  stripe.setWebhookUrl(`${api.url}/api/webhooks/stripe`);
  const worker = await startProcess(
    'worker/main.ts',
    {
      ...settings,
      DATABASE_URL: t.url,
      DATA_DIR: t.context.config.dataDir,
      QUARRY_SECRET: t.context.config.secret,
      PUBLIC_URL: t.context.config.publicUrl,
    },
    'the worker is ready',
  );
  keep({ close: () => worker.end('SIGTERM') });
  const keys = await t.database.transaction(async (trx) => ({
    slack: (await createApiKey(trx, { kind: 'service', name: 'slack', surface: 'slack' })).text,
    discord: (await createApiKey(trx, { kind: 'service', name: 'discord', surface: 'discord' })).text,
  }));
  const shared = { apiUrl: api.url, publicUrl: t.context.config.publicUrl, logger: t.context.logger };
  const slack = keep(await startSlackStandIn({ signingSecret: secrets.signing, botToken: secrets.slack }));
  const slackBot = keep(
    await serveSlack({
      ...shared,
      botKey: keys.slack,
      signingSecret: secrets.signing,
      botToken: secrets.slack,
      slackApiUrl: slack.apiBase,
      host: '127.0.0.1',
      port: 0,
    }),
  );
  slack.setEventsUrl(`http://127.0.0.1:${slackBot.port}/slack/events`);
  const discord = keep(await startDiscordStandIn({ token: secrets.discord, applicationId: '1300000000000000001' }));
  keep(
    await serveDiscord({ ...shared, botKey: keys.discord, token: secrets.discord, discordApiBase: discord.apiBase }),
  );
  return {
    t,
    api,
    stripe,
    slack,
    discord,
    async close() {
      for (const one of open.toReversed()) await one.close();
    },
  };
}
