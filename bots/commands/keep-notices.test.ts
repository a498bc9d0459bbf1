import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { wantNotices } from '../../api/chat/want-notices.ts';
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

it('tells who asked for a funding what was decided, in the chat where they asked, and nobody else', async () => {
  const { teamId, users } = slack.world;
  const team = await p.subscribed();
  const { developer } = users;
  await p.t
    .database('identities')
    .insert({ account_id: team.poster.id, provider: 'slack', external_id: `${teamId}:${developer.id}` });
  await p.t.database.transaction((trx) =>
    wantNotices(trx, [team.poster.id], {
      kind: 'funding_decided',
      payload: {
        workspace: 'Acme',
        code: 'B-7K3',
        amountMinor: 11_500,
        currency: 'USD',
        source: 'wallet',
        state: 'declined',
        decidedBy: 'Olga',
        reason: 'Too much for mail',
      },
    }),
  );
  const send = slackNotices(new WebClient('xoxb-notices', { slackApiUrl: slack.apiBase }));
  await tellAll(await openSession(), send);
  const told = JSON.stringify(slack.messages(developer.id));
  expect(told).toContain('B-7K3: 115.00 USD declined by Olga');
  expect(told).toContain('Too much for mail');
  for (const { id } of slack.world.channels) expect(JSON.stringify(slack.messages(id))).not.toContain('B-7K3');
});

it('tells owners when money of the wallet goes back, and when it did', async () => {
  const { teamId } = slack.world;
  const team = await p.subscribed();
  await p.t
    .database('identities')
    .insert({ account_id: team.owner.id, provider: 'slack', external_id: `${teamId}:U-OWNER` });
  const payload = { workspace: 'Acme', amountMinor: 20_000, currency: 'USD' };
  await p.t.database.transaction(async (trx) => {
    for (const goesBackOn of ['2027-02-21', null])
      await wantNotices(trx, [team.owner.id], { kind: 'wallet_goes_back', payload: { ...payload, goesBackOn } });
  });
  const views: string[] = [];
  await tellAll(await openSession(), async (_, view) => void views.push(JSON.stringify(view)));
  expect(views).toHaveLength(2);
  const [before, after] = views.toSorted();
  expect(before).toContain('200.00 USD of the wallet of Acme is on its way back');
  expect(after).toContain('200.00 USD of the wallet of Acme goes back on 21 Feb 2027');
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
