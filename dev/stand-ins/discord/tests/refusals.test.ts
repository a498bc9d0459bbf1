import { DiscordAPIError, MessageFlags, Routes, type RawFile } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBot, type TestBot } from './test-bot.ts';

let bot: TestBot;

beforeAll(async () => {
  bot = await startTestBot();
});

afterAll(() => bot.close());

const layout = MessageFlags.IsComponentsV2;
const quiet = { allowed_mentions: { parse: [] } };
const text = (content: string) => ({ type: 10, content });
const button = (fields: object) => ({ type: 1, components: [{ type: 2, style: 1, ...fields }] });
const option = (value: string) => ({ label: value, value });

describe('a message is refused', () => {
  const cases: [name: string, body: object, code: string][] = [
    ['of 2,001 characters', { content: 'x'.repeat(2001) }, 'BASE_TYPE_MAX_LENGTH'],
    [
      'of 41 components',
      { flags: layout, components: Array.from({ length: 41 }, () => text('a')) },
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
    ],
    [
      'of 41 components over several levels',
      { flags: layout, components: [{ type: 17, components: Array.from({ length: 40 }, () => text('a')) }] },
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
    ],
    [
      'of 4,001 characters of text display',
      { flags: layout, components: [text('x'.repeat(4000)), text('y')] },
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
    ],
    [
      'of more text in UTF-8 than Discord survives',
      { flags: layout, components: [text('日'.repeat(4000))] },
      'COMPONENT_DISPLAYABLE_TEXT_BYTES_EXCEEDED',
    ],
    [
      'with content beside Components V2',
      { flags: layout, content: 'a', components: [text('a')] },
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    ],
    [
      'with a container but without the flag',
      { components: [{ type: 17, components: [text('a')] }] },
      'UNION_TYPE_CHOICES',
    ],
    ['with an unknown field', { content: 'a', contents: 'b' }, 'UNKNOWN_FIELD'],
    [
      'with six rows',
      { components: [1, 2, 3, 4, 5, 6].map((id) => button({ custom_id: `${id}`, label: 'a' })) },
      'BASE_TYPE_BAD_LENGTH',
    ],
    ['with an empty row', { components: [{ type: 1, components: [] }] }, 'BASE_TYPE_BAD_LENGTH'],
    [
      'with one custom id twice',
      { components: [1, 2].map(() => button({ custom_id: 'same', label: 'a' })) },
      'COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
    [
      'with a custom id of 101 characters',
      { components: [button({ custom_id: 'x'.repeat(101), label: 'a' })] },
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'with a label of 81 characters',
      { components: [button({ custom_id: 'a', label: 'x'.repeat(81) })] },
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'with a button that shows nothing',
      { components: [button({ custom_id: 'a' })] },
      'BUTTON_COMPONENT_INVALID_LABEL',
    ],
    ['with a button without a custom id', { components: [button({ label: 'a' })] }, 'BUTTON_COMPONENT_FIELD_REQUIRED'],
    [
      'with a link without a URL',
      { components: [button({ style: 5, label: 'a' })] },
      'BUTTON_COMPONENT_FIELD_REQUIRED',
    ],
    [
      'with 26 options in a menu',
      {
        components: [
          {
            type: 1,
            components: [{ type: 3, custom_id: 'a', options: Array.from({ length: 26 }, (_, n) => option(`${n}`)) }],
          },
        ],
      },
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'with a section without an accessory',
      { flags: layout, components: [{ type: 9, components: [text('a')] }] },
      'BASE_TYPE_REQUIRED',
    ],
    [
      'with a file that is not attached',
      { flags: layout, components: [{ type: 13, file: { url: 'attachment://a.txt' } }] },
      'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
    ],
    [
      'with embeds of 6,001 characters',
      { embeds: [{ description: 'x'.repeat(4096) }, { description: 'x'.repeat(1905) }] },
      'MAX_EMBED_SIZE_EXCEEDED',
    ],
    ['that is ephemeral in a channel', { content: 'a', flags: 64 }, 'INVALID_FLAGS'],
  ];
  it.each(cases)('%s', async (_name, body, code) => {
    const refusal = await refused({ ...quiet, ...body });
    expect(refusal).toMatchObject({ status: 400, code: 50035 });
    expect(codesOf(refusal.rawError)).toContain(code);
  });

  it('when it is empty', async () => {
    expect(await refused(quiet)).toMatchObject({ status: 400, code: 50006 });
  });

  it('at the place of the fault', async () => {
    const row = {
      type: 1,
      components: [
        { type: 2, style: 1, custom_id: 'a', label: 'ok' },
        { type: 2, style: 1, custom_id: 'b', label: 'x'.repeat(81) },
      ],
    };
    const { rawError } = await refused({ ...quiet, components: [row] });
    const errors = [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 80 or fewer in length.' }];
    expect(rawError).toMatchObject({
      message: 'Invalid Form Body',
      errors: { components: { 0: { components: { 1: { label: { _errors: errors } } } } } },
    });
  });
});

describe('a message at the limits is taken', () => {
  it('with 2,000 characters, and with 40 components', async () => {
    await send({ ...quiet, content: 'x'.repeat(2000) });
    await send({ ...quiet, flags: layout, components: Array.from({ length: 40 }, (_, n) => text(`${n}`)) });
  });

  it('with a file that a component shows', async () => {
    const files: RawFile[] = [{ name: 'log.txt', data: 'a log', contentType: 'text/plain' }];
    const components = [{ type: 13, file: { url: 'attachment://log.txt' } }];
    const sent = (await bot.client.rest.post(Routes.channelMessages(bot.discord.world.channelId), {
      body: { ...quiet, flags: layout, components },
      files,
    })) as {
      attachments: { url: string }[];
      components: { file: { url: string } }[];
    };
    const url = sent.components[0]?.file.url ?? '';
    expect(url).toBe(sent.attachments[0]?.url);
    expect(await (await fetch(url)).text()).toBe('a log');
  });
});

describe('pings', () => {
  it('happen when nobody forbids them, and are remarked on', async () => {
    const { discord, client } = bot;
    const body = { content: `@everyone <@${discord.world.users.poster}>` };
    const before = discord.warnings().length;
    expect(await send(body)).toMatchObject({ mention_everyone: true, mentions: [{ username: 'priya' }] });
    expect(discord.warnings().slice(before)).toMatchObject([{ code: 'allowed_mentions_absent' }]);
    const channel = await client.channels.fetch(discord.world.channelId);
    if (!channel?.isSendable()) throw new Error('the channel is not sendable');
    const quietly = await channel.send(body);
    expect(discord.message(quietly.id)).toMatchObject({ mention_everyone: false, mentions: [] });
    expect(discord.warnings()).toHaveLength(before + 1);
  });
});

describe('a command is refused', () => {
  const base = { name: 'bounty', description: 'Bounties' };
  const string = (name: string, fields: object = {}) => ({ type: 3, name, description: 'd', ...fields });
  const cases: [name: string, command: object, code: string][] = [
    ['in upper case', { ...base, name: 'Bounty' }, 'APPLICATION_COMMAND_INVALID_NAME'],
    ['with a space in its name', { ...base, name: 'the bounty' }, 'APPLICATION_COMMAND_INVALID_NAME'],
    ['without a description', { name: 'bounty' }, 'BASE_TYPE_REQUIRED'],
    ['with a description of 101 characters', { ...base, description: 'x'.repeat(101) }, 'BASE_TYPE_MAX_LENGTH'],
    [
      'with 26 options',
      { ...base, options: Array.from({ length: 26 }, (_, n) => string(`o${n}`)) },
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'with a required option after another',
      { ...base, options: [string('a'), string('b', { required: true })] },
      'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
    ],
    [
      'with an option twice',
      { ...base, options: [string('a'), string('a')] },
      'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
    ],
    [
      'with options beside subcommands',
      { ...base, options: [string('a'), { type: 1, name: 'b', description: 'd' }] },
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
    ],
    [
      'of more than 8,000 characters',
      {
        ...base,
        options: Array.from({ length: 25 }, (_, n) =>
          string(`o${n}`, {
            choices: Array.from({ length: 25 }, (_x, m) => ({ name: `choice ${m}`, value: `value ${m}` })),
          }),
        ),
      },
      'APPLICATION_COMMAND_TOO_LARGE',
    ],
    [
      'with choices and autocomplete',
      { ...base, options: [string('a', { autocomplete: true, choices: [{ name: 'x', value: 'x' }] })] },
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES',
    ],
  ];
  it.each(cases)('%s', async (_name, command, code) => {
    const refusal = await register([command]);
    expect(codesOf(refusal.rawError)).toContain(code);
  });

  it('that is there twice', async () => {
    expect(codesOf((await register([base, base])).rawError)).toContain('APPLICATION_COMMANDS_DUPLICATE_NAME');
  });

  async function register(body: object[]): Promise<DiscordAPIError> {
    return refusalOf(bot.client.rest.put(Routes.applicationCommands(bot.client.application.id), { body }));
  }
});

describe('a modal is refused', () => {
  const input = { type: 4, custom_id: 'a', style: 1 };
  const label = (component: object) => ({ type: 18, label: 'Label', component });
  const cases: [name: string, modal: object, code: string][] = [
    ['without a title', { custom_id: 'm', components: [label(input)] }, 'BASE_TYPE_REQUIRED'],
    [
      'with a title of 46 characters',
      { custom_id: 'm', title: 'x'.repeat(46), components: [label(input)] },
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'with six fields',
      { custom_id: 'm', title: 't', components: [1, 2, 3, 4, 5, 6].map((n) => label({ ...input, custom_id: `${n}` })) },
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'with a value over its own limit',
      { custom_id: 'm', title: 't', components: [label({ ...input, max_length: 2, value: 'abc' })] },
      'TEXT_INPUT_LENGTH_INVALID',
    ],
    ['with a bare text input', { custom_id: 'm', title: 't', components: [input] }, 'UNION_TYPE_CHOICES'],
  ];
  it.each(cases)('%s', async (_name, modal, code) => {
    const { discord, client } = bot;
    await client.application.commands.set([{ name: 'ask', description: 'Ask' }]);
    let refusal: DiscordAPIError | null = null;
    bot.onInteraction(async (interaction) => {
      const callback = Routes.interactionCallback(interaction.id, interaction.token);
      refusal = await refusalOf(client.rest.post(callback, { body: { type: 9, data: modal }, auth: false }));
      if (interaction.isRepliable()) await interaction.reply({ content: 'no' });
    });
    await discord.command({ userId: discord.world.users.poster, text: '/ask' });
    expect(codesOf((refusal as DiscordAPIError | null)?.rawError)).toContain(code);
  });
});

function send(body: object): Promise<unknown> {
  return bot.client.rest.post(Routes.channelMessages(bot.discord.world.channelId), { body });
}

function refused(body: object): Promise<DiscordAPIError> {
  return refusalOf(send(body));
}

async function refusalOf(answer: Promise<unknown>): Promise<DiscordAPIError> {
  const error = await answer.then(
    () => new Error('It was taken.'),
    (reason: unknown) => reason,
  );
  if (error instanceof DiscordAPIError) return error;
  throw error;
}

function codesOf(error: unknown): string[] {
  return [...JSON.stringify(error ?? null).matchAll(/"code":"(\w+)"/g)].map((match) => match[1] ?? '');
}
