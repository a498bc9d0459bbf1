import { Events, GatewayIntentBits, MessageFlags, type Interaction } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { startDiscordStandIn, type DiscordStandIn } from '../start-discord-stand-in.ts';
import { applicationId, makeClient, startTestBot, token } from './test-bot.ts';
import { testCommands } from './commands.ts';

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

describe('login', () => {
  it('shows the guild, its channels and people', async () => {
    const { client, discord } = await start();
    const guild = client.guilds.cache.get(discord.world.guildId);
    expect(guild?.channels.cache.map(({ name }) => name)).toEqual(['bounties', 'bounty-board']);
    expect(guild?.members.me?.permissions.has('ManageThreads')).toBe(true);
    expect(client.application.id).toBe(applicationId);
    expect(guild?.members.cache.get(discord.world.users.admin)?.permissions.has('Administrator')).toBe(true);
  });

  it('fails with a wrong token, at REST and at the gateway', async () => {
    const discord = await startDiscordStandIn({ token, applicationId });
    open.push(() => discord.close());
    const client = makeClient(discord);
    open.push(() => client.destroy());
    await expect(client.login('wrong.token.here')).rejects.toThrow(/invalid token/i);
    expect(await closeCode(discord.url, { token: 'wrong', intents: 1 })).toBe(4004);
  });

  it('fails for a privileged intent', async () => {
    const discord = await startDiscordStandIn({ token, applicationId });
    open.push(() => discord.close());
    expect(
      await closeCode(discord.url, { token, intents: GatewayIntentBits.Guilds | GatewayIntentBits.MessageContent }),
    ).toBe(4014);
  });
});

it('heartbeats are acknowledged, also before identification', async () => {
  const discord = await startDiscordStandIn({ token, applicationId });
  open.push(() => discord.close());
  const socket = new WebSocket(`${discord.url.replace('http', 'ws')}/?v=10&encoding=json`);
  const said: unknown[] = [];
  const acknowledged = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { op: number };
      said.push(message.op);
      if (message.op === 10) socket.send(JSON.stringify({ op: 1, d: null }));
      if (message.op === 11) resolve();
    });
  });
  await acknowledged;
  expect(said).toEqual([10, 11]);
  socket.close();
});

it('of two bots with one token both hear a command, and the slower answer is refused', async () => {
  const { discord, client, onInteraction } = await start();
  await client.application.commands.set(testCommands);
  const other = makeClient(discord);
  open.push(() => other.destroy());
  const ready = new Promise((resolve) => other.once(Events.ClientReady, resolve));
  await other.login(token);
  await ready;
  const answer = async (interaction: Interaction) => {
    if (!interaction.isRepliable()) return;
    await interaction.reply({ content: 'me' }).catch((error: { code: number }) => expect(error.code).toBe(40060));
  };
  onInteraction(answer);
  other.on(Events.InteractionCreate, (interaction) => void answer(interaction));
  const secondRefused = once(discord, 'rest.answered', ({ status }) => status === 400);
  await discord.command({ userId: discord.world.users.poster, text: '/bounty post' });
  await secondRefused;
  expect(discord.messages(discord.world.channelId).filter(({ content }) => content === 'me')).toHaveLength(1);
});

describe('a dropped connection', () => {
  it('is resumed, and what happened meanwhile is told', async () => {
    const { discord, client, onInteraction } = await start();
    await client.application.commands.set(testCommands);
    onInteraction(async (interaction) => {
      if (interaction.isRepliable()) await interaction.reply({ content: 'here', flags: MessageFlags.Ephemeral });
    });
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    const closed = once(discord, 'gateway.closed');
    discord.dropGateway('reconnect');
    await closed;
    const answer = discord.command({ userId: discord.world.users.poster, text: '/bounty post' });
    await resumed;
    expect(await answer).toMatchObject({ kind: 'message', message: { content: 'here' } });
  });

  it('with its session thrown away becomes a new session', async () => {
    const { discord, client } = await start();
    const [former] = discord.gatewaySessions();
    const ready = new Promise((resolve) => client.once(Events.ShardReady, resolve));
    discord.dropGateway('invalid');
    await ready;
    expect(discord.gatewaySessions()).toMatchObject([{ connected: true }]);
    expect(discord.gatewaySessions()[0]?.sessionId).not.toBe(former?.sessionId);
  });
});

it('a bot that is not there leaves a command unanswered at once', async () => {
  const discord = await startDiscordStandIn({ token, applicationId });
  open.push(() => discord.close());
  const client = makeClient(discord);
  client.rest.setToken(token);
  await client.rest.put(`/applications/${applicationId}/commands`, { body: [{ name: 'ask', description: 'Ask' }] });
  const answer = await discord.command({ userId: discord.world.users.poster, text: '/ask' });
  expect(answer).toMatchObject({ kind: 'none', reason: 'The bot is not connected to the gateway.' });
});

async function start() {
  const bot = await startTestBot();
  open.push(bot.close);
  return bot;
}

type Heard = { type: string; status?: number };

function once(
  discord: Pick<DiscordStandIn, 'subscribe'>,
  type: string,
  matches: (event: Heard) => boolean = () => true,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = discord.subscribe((event) => {
      if (event.type !== type || !matches(event)) return;
      stop();
      resolve();
    });
  });
}

/** What the gateway closes an identification with. */
function closeCode(url: string, identity: { token: string; intents: number }): Promise<number> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/?v=10&encoding=json`);
  const properties = { os: 'linux', browser: 'test', device: 'test' };
  socket.addEventListener('message', () => socket.send(JSON.stringify({ op: 2, d: { ...identity, properties } })), {
    once: true,
  });
  return new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
}
