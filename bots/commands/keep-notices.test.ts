import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { openPlans, type Plans } from '../../api/plans/plans-fixture.ts';
import { tellOfPastDue } from '../../api/plans/tell-of-past-due.ts';
import { startDiscordStandIn, type DiscordStandIn } from '../../dev/stand-ins/discord/start-discord-stand-in.ts';
import { startSlackStandIn, type SlackStandIn } from '../../dev/stand-ins/slack/start-slack-stand-in.ts';
import { serveDiscord } from '../discord/serve-discord.ts';
import { slackNotices } from '../slack/send-notice.ts';
import { openBotSession, type BotSession } from './bot-session.ts';
import { tellAll, type SendNotice } from './keep-notices.ts';

let p: Plans;
let slack: SlackStandIn;
let discord: DiscordStandIn;
const discordToken = 'notices.discord.token';
beforeAll(async () => {
  p = await openPlans();
  slack = await startSlackStandIn({ signingSecret: 'signing', botToken: 'xoxb-notices' });
  discord = await startDiscordStandIn({ token: discordToken, applicationId: '1300000000000000001' });
});
afterAll(async () => {
  await discord?.close();
  await slack?.close();
  await p?.close();
});

const keyOf = async (surface: 'slack' | 'discord') =>
  (await p.t.database.transaction((trx) => createApiKey(trx, { kind: 'service', name: 'bot', surface }))).text;

async function openSession(): Promise<BotSession> {
  const shared = { apiUrl: p.api.url, publicUrl: 'http://quarry.test', logger: p.t.context.logger };
  return openBotSession({ ...shared, botKey: await keyOf('slack'), homeName: async () => '' });
}

/** A team whose payment is missing; its owner and its poster are known in the chats. */
async function late(identities: { owner: Record<string, string>; poster?: Record<string, string> }, daysAgo = 0) {
  const team = await p.subscribed();
  for (const [provider, externalId] of Object.entries(identities.owner))
    await p.t.database('identities').insert({ account_id: team.owner.id, provider, external_id: externalId });
  for (const [provider, externalId] of Object.entries(identities.poster ?? {}))
    await p.t.database('identities').insert({ account_id: team.poster.id, provider, external_id: externalId });
  await p.renew(team.subscription, { card: '0341', daysAgo });
  await tellOfPastDue(p.t.context);
  return team;
}

it('tells owners in Slack in private, once, with the page to pay on, and nobody who does not decide', async () => {
  const { teamId, users } = slack.world;
  await late({ owner: { slack: `${teamId}:${users.admin.id}` }, poster: { slack: `${teamId}:${users.poster.id}` } });
  const send = slackNotices(new WebClient('xoxb-notices', { slackApiUrl: slack.apiBase }));
  const session = await openSession();
  await Promise.all([tellAll(session, send), tellAll(session, send)]);
  await tellAll(session, send);
  const told = slack.messages(users.admin.id);
  expect(told).toHaveLength(1);
  expect(JSON.stringify(told)).toContain('A payment of your plan failed. The plan goes on until');
  expect(JSON.stringify(told)).toContain('Pay the open invoice');
  expect(slack.messages(users.poster.id)).toEqual([]);
});

it('tells them in Discord in private', async () => {
  const developer = discord.world.users['developer'] ?? '';
  await late({ owner: { discord: developer } }, 8);
  const bot = await serveDiscord({
    apiUrl: p.api.url,
    publicUrl: 'http://quarry.test',
    logger: p.t.context.logger,
    botKey: await keyOf('discord'),
    token: discordToken,
    discordApiBase: discord.apiBase,
  });
  try {
    const told = () =>
      discord.directMessages(developer).find((message) => JSON.stringify(message).includes('is on Free'));
    await discord.waitFor(told, 10_000);
  } finally {
    await bot.close();
  }
});

it('tries again what failed for a while, and gives up on who cannot be told', async () => {
  const team = await late({ owner: { slack: 'T-GONE:U-GONE' } });
  const session = await openSession();
  const mine = () =>
    p.t
      .database('chat_notices as n')
      .join('identities as i', 'i.id', 'n.identity_id')
      .where('i.account_id', team.owner.id)
      .first('n.*');
  let tries = 0;
  const fails: SendNotice = async () => {
    tries += 1;
    throw new Error('Slack is away');
  };
  await tellAll(session, fails);
  expect(tries).toBe(1);
  expect(await mine()).toMatchObject({ attempts: 1, told_at: null, failed_reason: null });
  await p.t.database('chat_notices').update({ lease_until: new Date(0) });
  await tellAll(session, slackNotices(new WebClient('xoxb-notices', { slackApiUrl: slack.apiBase })));
  expect(await mine()).toMatchObject({ attempts: 2, told_at: null, failed_reason: 'Slack says channel_not_found' });
});
