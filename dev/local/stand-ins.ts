import { join } from 'node:path';
import type { Config } from '../../api/platform/config.ts';
import { startDiscordStandIn, type DiscordStandIn } from '../stand-ins/discord/start-discord-stand-in.ts';
import { startLlmStandIn, type LlmStandIn } from '../stand-ins/llm/start-llm-stand-in.ts';
import { startSlackStandIn, type SlackStandIn } from '../stand-ins/slack/start-slack-stand-in.ts';
import { startStripeStandIn, type StripeStandIn } from '../stand-ins/stripe/start-stripe-stand-in.ts';

export type StandIns = {
  stripe: StripeStandIn | null;
  slack: SlackStandIn | null;
  discord: DiscordStandIn | null;
  llm: LlmStandIn | null;
  /** What the processes of Quarry are told, so that they speak to the stand-ins as to the real ones. */
  env: Record<string, string>;
  close(): Promise<void>;
};

/** Secrets of the stand-ins; worth nothing outside. */
export const local = {
  stripeKey: 'sk_test_quarry_local_stand_in',
  webhookSecret: 'whsec_quarry_local_stand_in',
  signingSecret: 'quarry-local-signing-secret',
  slackToken: 'xoxb-quarry-local-stand-in',
  discordToken: 'quarry.local.stand-in',
  discordApplicationId: '1300000000000000001',
  llmKey: 'sk-quarry-local-stand-in',
};

/** Starts a stand-in for every service whose secret is not set. */
export async function startStandIns(config: Config): Promise<StandIns> {
  const stateFile = (name: string) => join(config.dataDir, `stand-in-${name}.json`);
  const stripe = config.stripe.secretKey
    ? null
    : await startStripeStandIn({
        secretKey: local.stripeKey,
        webhookSecret: local.webhookSecret,
        webhookUrl: `http://127.0.0.1:${config.port}/api/webhooks/stripe`,
        stateFile: stateFile('stripe'),
      });
  const slack = config.slack.botToken
    ? null
    : await startSlackStandIn({
        signingSecret: local.signingSecret,
        botToken: local.slackToken,
        eventsUrl: `http://127.0.0.1:${config.slackPort}/slack/events`,
        stateFile: stateFile('slack'),
      });
  const discord = config.discord.token
    ? null
    : await startDiscordStandIn({
        token: local.discordToken,
        applicationId: local.discordApplicationId,
        stateFile: stateFile('discord'),
      });
  const llm = config.openai.apiKey ? null : await startLlmStandIn({ apiKey: local.llmKey });
  return {
    stripe,
    slack,
    discord,
    llm,
    env: {
      ...(stripe
        ? {
            STRIPE_SECRET_KEY: local.stripeKey,
            STRIPE_WEBHOOK_SECRET: local.webhookSecret,
            STRIPE_API_BASE: stripe.url,
          }
        : {}),
      ...(slack
        ? {
            SLACK_SIGNING_SECRET: local.signingSecret,
            SLACK_BOT_TOKEN: local.slackToken,
            SLACK_API_BASE: slack.apiBase,
          }
        : {}),
      ...(discord
        ? {
            DISCORD_TOKEN: local.discordToken,
            DISCORD_APPLICATION_ID: local.discordApplicationId,
            DISCORD_API_BASE: discord.apiBase,
          }
        : {}),
      ...(llm ? { OPENAI_API_KEY: local.llmKey, OPENAI_BASE_URL: llm.apiBase } : {}),
    },
    async close() {
      await Promise.all([stripe?.close(), slack?.close(), discord?.close(), llm?.close()]);
    },
  };
}
