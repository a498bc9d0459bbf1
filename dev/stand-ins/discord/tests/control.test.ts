import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ButtonBuilder, ButtonStyle, ActionRowBuilder } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDiscordStandIn } from '../start-discord-stand-in.ts';
import { testCommands } from './commands.ts';
import { applicationId, startTestBot, token, type TestBot } from './test-bot.ts';

let bot: TestBot;

beforeAll(async () => {
  bot = await startTestBot();
  await bot.client.application.commands.set(testCommands);
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('go').setLabel('Go').setStyle(ButtonStyle.Primary),
  );
  bot.onInteraction(async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply({ content: 'done', components: [row] });
    if (interaction.isButton()) await interaction.update({ content: 'gone', components: [] });
    if (interaction.isAutocomplete()) await interaction.respond([{ name: 'One', value: '1' }]);
  });
});

afterAll(() => bot.close());

describe('over HTTP', () => {
  it('a page runs a command, sees the answer and clicks its button', async () => {
    const { poster, developer } = bot.discord.world.users;
    const ran = await post('commands', { userId: poster, text: '/bounty post' });
    expect(ran).toMatchObject({ status: 200, body: { kind: 'message', message: { content: 'done' } } });
    const { message } = ran.body as { message: { id: string } };
    const clicked = await post('clicks', { userId: developer, messageId: message.id, label: 'Go' });
    expect(clicked.body).toMatchObject({ kind: 'update', message: { content: 'gone' } });
    const suggested = await post('autocompletions', {
      userId: poster,
      text: '/bounty fund bounty:B',
      focused: 'bounty',
    });
    expect(suggested.body).toEqual({ choices: [{ name: 'One', value: '1' }] });
  });

  it('what the client would refuse is 422 with a sentence, and a malformed body 400', async () => {
    const { poster } = bot.discord.world.users;
    const refused = await post('commands', { userId: poster, text: '/bounty fund' });
    expect(refused).toEqual({ status: 422, body: { error: '"bounty" is required: Its code' } });
    expect((await post('commands', { user: poster })).status).toBe(400);
    expect((await post('nothing', {})).status).toBe(404);
  });

  it('the state and the commands can be read', async () => {
    const state = (await (await fetch(`${bot.discord.url}/_standin/state`)).json()) as Record<string, unknown[]>;
    expect(state.users).toHaveLength(5);
    expect(state.channels).toHaveLength(2);
    expect(state.gateway).toMatchObject([{ connected: true }]);
    const commands = (await (await fetch(`${bot.discord.url}/_standin/commands`)).json()) as { name: string }[];
    expect(commands.map(({ name }) => name)).toEqual(['bounty', 'agent', 'purge', 'Report this', 'Their agents']);
  });

  it('events are streamed as they happen', async () => {
    const response = await fetch(`${bot.discord.url}/_standin/stream`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let read = '';
    const until = async (text: string) => {
      while (!read.includes(text)) read += (await reader?.read())?.value ?? '';
    };
    await until('connected');
    bot.discord.say({ userId: bot.discord.world.users.poster, content: 'over the stream' });
    await until('over the stream');
    expect(read).toContain('event: message.created\ndata: {');
    await reader?.cancel();
  });

  it('pages of other origins are refused', async () => {
    const options = { method: 'POST', headers: { origin: 'https://example.com' }, body: '{}' };
    expect((await fetch(`${bot.discord.url}/_standin/commands`, options)).status).toBe(403);
    const headers = { origin: 'http://localhost:3000' };
    const response = await fetch(`${bot.discord.url}/_standin/state`, { headers });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  });
});

describe('with a state file', () => {
  it('messages, threads, commands and files outlive a restart, and ids go on rising', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quarry-discord-'));
    const stateFile = join(directory, 'discord.json');
    try {
      const first = await startTestBot({ stateFile });
      await first.client.application.commands.set(testCommands);
      const { forumId, users } = first.discord.world;
      const body = { name: 'A post', message: { content: 'kept', allowed_mentions: { parse: [] } } };
      const files = [{ name: 'a.txt', data: Buffer.from('kept too') }];
      const thread = (await first.client.rest.post(`/channels/${forumId}/threads`, { body, files })) as { id: string };
      await first.close();
      const second = await startDiscordStandIn({ token, applicationId, stateFile });
      expect(second.threads(forumId)).toMatchObject([{ id: thread.id, name: 'A post' }]);
      expect(second.commands()).toHaveLength(5);
      const kept = second.message(thread.id)?.attachments[0];
      expect(await (await fetch(kept?.url ?? '')).text()).toBe('kept too');
      const said = second.say({ userId: users.poster, content: 'later' });
      expect(BigInt(said.id)).toBeGreaterThan(BigInt(thread.id));
      await second.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${bot.discord.url}/_standin/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}
