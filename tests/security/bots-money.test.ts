import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { bountyRequest } from '../../api/bounties/market-fixture.ts';
import { openPayments, type Payments } from '../../api/payments/payments-fixture.ts';
import { finishRuns, makeAgent } from '../../api/submissions/entry-fixture.ts';
import { settleSubmission } from '../../api/submissions/settle-submission.ts';
import { serveDiscord } from '../../bots/discord/serve-discord.ts';
import { serveSlack } from '../../bots/slack/serve-slack.ts';
import { startDiscordStandIn, type DiscordStandIn } from '../../dev/stand-ins/discord/start-discord-stand-in.ts';
import { signRequest } from '../../dev/stand-ins/slack/sign.ts';
import { startSlackStandIn, type SlackStandIn } from '../../dev/stand-ins/slack/start-slack-stand-in.ts';
import { call, type JsonValue } from '../support/factories.ts';
import { readTableHashes } from '../support/table-hashes.ts';

// The bots' verbs that move money, asked by somebody else: signed requests of Slack with the poster's own action ids, in the same team and
// from another, replays of them, and interactions of Discord.

const signingSecret = 'bots-money-signing';
let p: Payments;
let slack: SlackStandIn;
let discord: DiscordStandIn;
let slackUrl: string;
let responses: Server;
/** What the bot told somebody through a response URL, in order. */
const told: string[] = [];
let botKeys: Record<'slack' | 'discord', string>;
const open: { close(): Promise<unknown> | void }[] = [];

beforeAll(async () => {
  p = await openPayments();
  open.push(p);
  responses = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString('utf8')));
    request.on('end', () => {
      told.push(text);
      response.writeHead(200).end('ok');
    });
  });
  await new Promise<void>((resolve) => responses.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise<void>((resolve) => void responses.close(() => resolve())) });
  botKeys = await p.t.database.transaction(async (trx) => ({
    slack: (await createApiKey(trx, { kind: 'service', name: 'slack', surface: 'slack' })).text,
    discord: (await createApiKey(trx, { kind: 'service', name: 'discord', surface: 'discord' })).text,
  }));
  const shared = { apiUrl: p.api.url, publicUrl: 'http://quarry.test', logger: p.t.context.logger };
  slack = await startSlackStandIn({ signingSecret, botToken: 'xoxb-money' });
  const bot = await serveSlack({
    ...shared,
    botKey: botKeys.slack,
    signingSecret,
    botToken: 'xoxb-money',
    slackApiUrl: slack.apiBase,
    host: '127.0.0.1',
    port: 0,
  });
  slackUrl = `http://127.0.0.1:${bot.port}/slack/events`;
  discord = await startDiscordStandIn({ token: 'money.discord.token', applicationId: '1300000000000000002' });
  const discordBot = await serveDiscord({
    ...shared,
    botKey: botKeys.discord,
    token: 'money.discord.token',
    discordApiBase: discord.apiBase,
  });
  open.push(slack, bot, discord, discordBot);
});
afterAll(async () => {
  for (const one of open.toReversed()) await one.close();
});

/** Who a chat user is to Quarry, and a key to prepare things as them. */
async function personOf(surface: 'slack' | 'discord', homeId: string, userId: string) {
  const body = { surface, homeId, homeName: homeId, userId, displayName: userId };
  const { body: token } = await call(p.api, 'POST', '/api/auth/token', { key: botKeys[surface], body });
  return { id: token.accountId as string, key: token.accessToken as string, homeId, userId };
}

type Person = Awaited<ReturnType<typeof personOf>>;

const teamId = () => slack.world.teamId;
const poster = () => personOf('slack', teamId(), slack.world.users.poster.id);
const colleague = () => personOf('slack', teamId(), slack.world.users.developer.id);
const outsider = () => personOf('slack', 'T0ELSEWHERE', 'U0ELSEWHERE');

/** A funded bounty of the poster's, with a scored submission. */
async function scored(): Promise<{ id: string; code: string; agent: string }> {
  const { key } = await poster();
  const { body } = await p.post('/api/bounties', key, bountyRequest({ rewardMinor: 10_000 }));
  const { body: funding } = await p.post(`/api/bounties/${body.id}/fund`, key);
  await p.visit(funding.checkoutUrl, { outcome: 'paid' });
  await p.settle();
  const agent = await makeAgent(p.t, 'Sorter');
  const entry = await p.post(`/api/bounties/${body.id}/submissions`, agent.owner.key, {
    versionId: agent.versionIds[0],
  });
  await finishRuns(p.t, entry.body.id, [{ output: 'ham' }, { output: 'PRIVATE-ANSWER' }]);
  await p.t.database.transaction((trx) => settleSubmission(p.t.context, trx, entry.body.id));
  return { id: body.id, code: body.code, agent: agent.code };
}

type Signed = { body: string; headers: Record<string, string> };

/** A press of a button, as Slack signs it: any action id may be in it, whoever was shown the button. */
function press(person: Person, actionId: string, trigger: string = randomUUID()): Signed {
  const { port } = responses.address() as AddressInfo;
  const payload = {
    type: 'block_actions',
    user: { id: person.userId, username: person.userId, name: person.userId, team_id: person.homeId },
    api_app_id: slack.world.appId,
    token: 'legacy-token-not-used',
    container: { type: 'message', message_ts: '1.1', channel_id: 'C0BOUNTIES1', is_ephemeral: true },
    trigger_id: trigger,
    team: { id: person.homeId, domain: 'somewhere' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: 'C0BOUNTIES1', name: 'bounties' },
    response_url: `http://127.0.0.1:${port}/`,
    actions: [
      {
        type: 'button',
        action_id: actionId,
        block_id: 'b',
        action_ts: `${Date.now()}.${told.length}`,
        text: { type: 'plain_text', text: 'x' },
      },
    ],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const seconds = Math.floor(Date.now() / 1000);
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': signRequest(signingSecret, seconds, body),
    },
  };
}

const send = async ({ body, headers }: Signed) => (await fetch(slackUrl, { method: 'POST', body, headers })).status;

/** Sends it and waits until the bot has told the person something. */
async function pressed(signed: Signed): Promise<{ status: number; answer: string }> {
  const before = told.length;
  const status = await send(signed);
  await expect.poll(() => told.length, { timeout: 10_000 }).toBeGreaterThan(before);
  return { status, answer: told.at(-1) ?? '' };
}

// The bots draw the cards whenever they come to it.
const state = () => readTableHashes(p.t.database, ['public.security_audit_log', 'public.chat_cards']);
const denials = (person: Person): Promise<JsonValue[]> =>
  p.t.database('security_audit_log').where({ account_id: person.id, action: 'request.denied' }).orderBy('id');
const stateOf = async (id: string) => (await p.t.database('bounties').where({ id }).first('state')).state;
const actionOf = (verb: string, options: Record<string, string>) =>
  `${verb}?${new URLSearchParams({ ...options, confirm: 'yes' })}`;

describe('in Slack', () => {
  // An award is not even asked for: to somebody else there is no submission to choose.
  it.each([
    ['bounty cancel', 1],
    ['bounty award', 0],
    ['bounty fund', 1],
  ])(
    '%s, confirmed by somebody else with the poster’s action id, reads and changes nothing, and is noted when it is asked of the API',
    async (verb, notes) => {
      const bounty = await scored();
      const id = actionOf(verb, { bounty: bounty.code, ...(verb === 'bounty award' ? { agent: bounty.agent } : {}) });
      for (const person of [await colleague(), await outsider()]) {
        const [before, noted] = [await state(), (await denials(person)).length];
        const { status, answer } = await pressed(press(person, id));
        expect(status).toBe(200);
        expect(answer).toMatch(/Only the poster|submi/);
        expect(answer).not.toContain('PRIVATE');
        expect(await state()).toEqual(before);
        const rows = await denials(person);
        expect(rows).toHaveLength(noted + notes);
        if (notes > 0)
          expect(rows.at(-1)).toMatchObject({
            surface: 'slack',
            subject: null,
            details: { params: { id: bounty.code } },
          });
      }
      expect(await stateOf(bounty.id)).toBe('open');
    },
  );

  it('a press is taken once: the same bytes are refused, and the same trigger signed again moves nothing again', async () => {
    const [bounty, person, trigger] = [await scored(), await poster(), randomUUID()];
    const signed = press(person, actionOf('bounty cancel', { bounty: bounty.code }), trigger);
    expect((await pressed(signed)).status).toBe(200);
    expect(await stateOf(bounty.id)).toBe('cancelled');
    await p.settle();
    expect(await send(signed)).toBe(401);
    const before = await state();
    await pressed(press(person, actionOf('bounty cancel', { bounty: bounty.code }), trigger));
    await p.settle();
    expect(await state()).toEqual(before);
    expect(p.refundsOf(bounty.id)).toHaveLength(1);
    const kept = p.t.database('security_audit_log').where({ subject: bounty.id, action: 'bounty.cancelled' });
    expect(await kept).toMatchObject([{ account_id: person.id, surface: 'slack' }]);
  });

  it('a press whose signature is wrong, old, or missing does nothing', async () => {
    const [bounty, person] = [await scored(), await poster()];
    const before = await state();
    const { body, headers } = press(person, actionOf('bounty cancel', { bounty: bounty.code }));
    const old = String(Math.floor(Date.now() / 1000) - 400);
    const wrong: Record<string, string>[] = [
      { 'x-slack-signature': signRequest('another secret', Number(headers['x-slack-request-timestamp']), body) },
      { 'x-slack-request-timestamp': old, 'x-slack-signature': signRequest(signingSecret, Number(old), body) },
      { 'x-slack-signature': '' },
    ];
    for (const change of wrong) expect(await send({ body, headers: { ...headers, ...change } })).toBe(401);
    expect(await send({ body: body.replace('yes', 'no'), headers })).toBe(401);
    expect(await state()).toEqual(before);
  });
});

describe('in Discord', () => {
  it('a verb of somebody else is refused to them alone, reads and changes nothing, and is noted', async () => {
    const bounty = await scored();
    const { developer } = discord.world.users;
    const person = await personOf('discord', discord.world.guildId, developer);
    const before = await state();
    for (const verb of ['cancel', 'award', 'fund']) {
      const agent = verb === 'award' ? ` agent:${bounty.agent}` : '';
      const answer = await discord.command({
        userId: developer,
        text: `/bounty ${verb} bounty:${bounty.code}${agent}`,
      });
      expect(JSON.stringify(answer)).toMatch(/Only the poster|submi/);
      expect(JSON.stringify(answer)).not.toContain('PRIVATE');
    }
    expect(await state()).toEqual(before);
    expect(await denials(person)).toHaveLength(2);
    expect((await denials(person))[0]).toMatchObject({ surface: 'discord', details: { params: { id: bounty.code } } });
    expect(await stateOf(bounty.id)).toBe('open');
  });
});
