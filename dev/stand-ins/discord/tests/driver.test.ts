import {
  FileUploadBuilder,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTypedLine } from '../driver/read-typed-line.ts';
import { testCommands } from './commands.ts';
import { startTestBot, type TestBot } from './test-bot.ts';

let bot: TestBot;
let poster: string;

beforeAll(async () => {
  bot = await startTestBot();
  ({ poster } = bot.discord.world.users);
  await bot.client.application.commands.set(testCommands);
});

afterAll(() => bot.close());

describe('the client refuses', () => {
  const cases: [line: string, reason: RegExp][] = [
    ['/bounties list', /not a command/],
    ['/bounty', /names no subcommand.*fund, post/],
    ['/bounty pay', /names no subcommand/],
    ['/bounty fund', /"bounty" is required/],
    ['/bounty fund B-7K3', /belongs to no option/],
    ['/bounty fund bounty:B-7K3 amount:5', /no option "amount"/],
    ['/bounty fund bounty:B-7K3 bounty:B-7K4', /given twice/],
    ['/bounty fund bounty:B-7K3 days:two', /takes a whole number/],
    ['/bounty fund bounty:B-7K3 days:31', /takes 1 to 30/],
    ['/bounty fund bounty:B-7K3 mode:Worst', /not a choice of "mode"/],
    ['/bounty fund bounty:B-7K3 payer:@nobody', /takes one that exists/],
    [`/bounty fund bounty:B-7K3 note:${'x'.repeat(51)}`, /takes 1 to 50 characters/],
    ['/agent upload', /"code" is required/],
    ['/purge', /does not see "purge"/],
  ];
  it.each(cases)('%s', async (text, reason) => {
    await expect(bot.discord.command({ userId: poster, text })).rejects.toThrow(reason);
  });
});

it('a typed line keeps colons of values: quoted, in links, in times, and before a space', () => {
  const line = '/bounty fund bounty:B-1 note:"a: b days:9" mode:see https://example.com at 10:30, note this: yes';
  expect(readTypedLine(line, bot.discord.commands())).toEqual({
    name: 'bounty',
    subcommand: 'fund',
    options: { bounty: 'B-1', note: 'a: b days:9', mode: 'see https://example.com at 10:30, note this: yes' },
  });
});

it('admins see what others do not', async () => {
  bot.onInteraction(async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply({ content: 'purged' });
  });
  const answer = await bot.discord.command({ userId: bot.discord.world.users.admin, text: '/purge' });
  expect(answer).toMatchObject({ kind: 'message', message: { content: 'purged' } });
});

it('commands run in threads and in direct messages', async () => {
  const { discord, client } = bot;
  const seen: unknown[] = [];
  bot.onInteraction(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    seen.push([interaction.channelId, interaction.inGuild(), interaction.context]);
    await interaction.reply({ content: 'here' });
  });
  const body = { name: 'A post', message: { content: 'a', allowed_mentions: { parse: [] } } };
  const { id } = (await client.rest.post(`/channels/${discord.world.forumId}/threads`, { body })) as { id: string };
  const dmChannel = await (await client.users.fetch(poster)).createDM();
  await discord.command({ userId: poster, channelId: id, text: '/bounty post' });
  await discord.command({ userId: poster, channelId: dmChannel.id, text: '/bounty post' });
  expect(seen).toEqual([
    [id, true, 0],
    [dmChannel.id, false, 1],
  ]);
  expect(discord.messages(id).map(({ content }) => content)).toEqual(['a', 'here']);
});

it('a modal takes files', async () => {
  let file = '';
  const upload = new LabelBuilder()
    .setLabel('Code')
    .setFileUploadComponent(new FileUploadBuilder().setCustomId('code'));
  const input = new TextInputBuilder().setCustomId('name').setStyle(TextInputStyle.Short).setRequired(false);
  const modal = new ModalBuilder()
    .setCustomId('m')
    .setTitle('Upload')
    .addLabelComponents(upload, new LabelBuilder().setLabel('Name').setTextInputComponent(input));
  bot.onInteraction(async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.showModal(modal);
    if (!interaction.isModalSubmit()) return;
    const picked = interaction.fields.getUploadedFiles('code', true).first();
    file = picked ? `${picked.name}: ${await (await fetch(picked.url)).text()}` : 'none';
    await interaction.reply({ content: 'ok', flags: MessageFlags.Ephemeral });
  });
  const opened = await bot.discord.command({ userId: poster, text: '/bounty post' });
  if (opened.kind !== 'modal') throw new Error(`expected a modal, got ${opened.kind}`);
  const { modalId } = opened.modal;
  await expect(bot.discord.submitModal({ userId: poster, modalId })).rejects.toThrow(/takes 1 to 1 files/);
  await bot.discord.submitModal({ userId: poster, modalId, files: { code: [{ filename: 'a.js', content: '1' }] } });
  expect(file).toBe('a.js: 1');
});

describe('faults', () => {
  it('of 429 make the bot wait and try again', async () => {
    const { discord, client } = bot;
    discord.failNext({ route: 'GET /users/:user', status: 429, retryAfterSeconds: 0.05 });
    expect((await client.users.fetch(poster, { force: true })).username).toBe('priya');
  });

  it('refuse with a code, so many times', async () => {
    const { discord, client } = bot;
    const { channelId } = discord.world;
    discord.failNext({
      route: 'GET /channels/:channel',
      times: 2,
      status: 403,
      code: 50001,
      message: 'Missing Access',
    });
    for (const status of [403, 403])
      await expect(client.channels.fetch(channelId, { force: true })).rejects.toMatchObject({ status, code: 50001 });
    expect((await client.channels.fetch(channelId, { force: true }))?.id).toBe(channelId);
  });

  it('lose an answer whose request was carried out', async () => {
    const { discord } = bot;
    const { channelId } = discord.world;
    discord.failNext({ route: 'POST /channels/:channel/messages', lose: true });
    const request = {
      method: 'POST',
      headers: { authorization: 'Bot stand-in.token.for-tests', 'content-type': 'application/json' },
    };
    const body = JSON.stringify({ content: 'lost', allowed_mentions: { parse: [] } });
    await expect(
      fetch(`${discord.apiBase}/v10/channels/${channelId}/messages`, { ...request, body }),
    ).rejects.toThrow();
    expect(discord.messages(channelId).map(({ content }) => content)).toContain('lost');
  });

  it('of a route there is not are refused', () => {
    expect(() => bot.discord.failNext({ route: 'GET /nothing' })).toThrow(/no route "GET \/nothing"/);
  });
});
