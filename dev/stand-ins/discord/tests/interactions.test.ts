import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SectionBuilder,
  SeparatorBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  type ChatInputCommandInteraction,
  type Interaction,
} from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../interactions/interaction.ts';
import { startTestBot, type TestBot } from './test-bot.ts';
import { testCommands } from './commands.ts';

let bot: TestBot;
let poster: string;
let developer: string;

beforeAll(async () => {
  bot = await startTestBot({ answerWithinMs: 500 });
  ({ poster, developer } = bot.discord.world.users);
  await bot.client.application.commands.set(testCommands);
});

afterAll(() => bot.close());

describe('a slash command', () => {
  it('is deferred in private and then answered with Components V2', async () => {
    onCommand(async (interaction) => {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply({
        components: [card(interaction.options.getString('bounty', true))],
        flags: MessageFlags.IsComponentsV2,
      });
    });
    const answer = await bot.discord.command({ userId: poster, text: '/bounty fund bounty:B-7K3' });
    expect(answer).toMatchObject({ kind: 'message', ephemeral: true, deferred: true, settled: true });
    const { message } = asMessage(answer);
    expect(message.components[0]?.type).toBe(17);
    expect(JSON.stringify(message.components)).toContain('Bounty B-7K3');
    expect(bot.discord.ephemerals(poster).map(({ id }) => id)).toContain(message.id);
    expect(bot.discord.messages(message.channel_id)).not.toContainEqual(expect.objectContaining({ id: message.id }));
  });

  it('arrives as discord.js expects it: member, guild, channel, permissions, options', async () => {
    const seen: Record<string, unknown> = {};
    onCommand(async (interaction) => {
      const { guildId, user, locale, context } = interaction;
      Object.assign(seen, { guildId, user: user.username, locale, context, cached: interaction.inCachedGuild() });
      seen.channel = interaction.channel?.isTextBased();
      seen.mayRead = interaction.appPermissions.has('ViewChannel');
      seen.days = interaction.options.getInteger('days');
      seen.payer = interaction.options.getUser('payer')?.username;
      seen.mode = interaction.options.getString('mode');
      await interaction.reply({ content: 'seen' });
    });
    const text = '/bounty fund bounty:B-1 note:"ends: soon" days:3 payer:@dana mode:Best score';
    expect(await bot.discord.command({ userId: poster, text })).toMatchObject({ kind: 'message', deferred: false });
    expect(seen).toEqual({
      guildId: bot.discord.world.guildId,
      user: 'priya',
      locale: 'en-US',
      context: 0,
      cached: true,
      channel: true,
      mayRead: true,
      days: 3,
      payer: 'dana',
      mode: 'best',
    });
  });

  it('carries a file that the bot can download', async () => {
    let code = '';
    onCommand(async (interaction) => {
      const { url, name, size } = interaction.options.getAttachment('code', true);
      code = `${name} ${size} ${await (await fetch(url)).text()}`;
      await interaction.reply({ content: 'got it', flags: MessageFlags.Ephemeral });
    });
    const attachments = { code: { filename: 'agent.js', content: 'export default () => 1;' } };
    await bot.discord.command({ userId: developer, name: 'agent', subcommand: 'upload', attachments });
    expect(code).toBe('agent.js 23 export default () => 1;');
  });

  it('that nobody answers ends as "did not respond", and a late answer is an unknown interaction', async () => {
    const interactions: ChatInputCommandInteraction[] = [];
    onCommand(async (interaction) => void interactions.push(interaction));
    const answer = await bot.discord.command({ userId: poster, text: '/bounty post' });
    expect(answer).toMatchObject({ kind: 'none', reason: expect.stringContaining('did not respond') });
    await expect(interactions[0]?.reply({ content: 'late' })).rejects.toMatchObject({ code: 10062, status: 404 });
  });

  it('can be answered once; what follows is a follow-up', async () => {
    let second: unknown;
    onCommand(async (interaction) => {
      await interaction.reply({ content: 'one' });
      interaction.replied = false;
      second = await interaction.reply({ content: 'two' }).catch((error: unknown) => error);
      interaction.replied = true;
      await interaction.followUp({ content: 'three', flags: MessageFlags.Ephemeral });
    });
    const first = asMessage(await bot.discord.command({ userId: poster, text: '/bounty post' }));
    expect(first.message.content).toBe('one');
    const third = await bot.discord.waitFor(
      () => bot.discord.ephemerals(poster).find(({ content }) => content === 'three'),
      2000,
    );
    expect(third.interaction_metadata?.original_response_message_id).toBe(first.message.id);
    expect(second).toMatchObject({ code: 40060, status: 400 });
  });

  it('offers the choices of autocomplete', async () => {
    bot.onInteraction(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const { name, value } = interaction.options.getFocused(true);
      await interaction.respond([{ name: `${name} ${value}`, value: 'B-7K3' }]);
    });
    const choices = await bot.discord.autocomplete({ userId: poster, text: '/bounty fund bounty:B-7' });
    expect(choices).toEqual([{ name: 'bounty B-7', value: 'B-7K3' }]);
  });
});

describe('a button', () => {
  it('updates its message in place', async () => {
    onCommand((interaction) => interaction.reply({ components: [card('B-2')], flags: MessageFlags.IsComponentsV2 }));
    const { message } = asMessage(await bot.discord.command({ userId: poster, text: '/bounty post' }));
    bot.onInteraction(async (interaction) => {
      if (interaction.isButton()) await interaction.update({ components: [card(`clicked ${interaction.customId}`)] });
    });
    const answer = await bot.discord.click({ userId: developer, messageId: message.id, customId: 'bounty enter' });
    expect(answer).toMatchObject({ kind: 'update', message: { id: message.id } });
    expect(JSON.stringify(bot.discord.message(message.id))).toContain('clicked bounty enter');
  });

  it('is deferred and then updated', async () => {
    const { message } = await say('B-3');
    bot.onInteraction(async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.deferUpdate();
      await interaction.editReply({ components: [card('later')], flags: MessageFlags.IsComponentsV2 });
    });
    const answer = await bot.discord.click({ userId: developer, messageId: message.id, label: 'Enter' });
    expect(answer).toMatchObject({ kind: 'update', deferred: true, settled: true, message: { id: message.id } });
  });

  it('cannot be clicked when it is not there, is disabled, or belongs to a message of somebody else', async () => {
    const { discord } = bot;
    const { message } = await say('B-4');
    await expect(discord.click({ userId: poster, messageId: message.id, customId: 'nope' })).rejects.toThrow(
      /no component "nope"/,
    );
    await expect(discord.click({ userId: poster, messageId: message.id, label: 'Ended' })).rejects.toThrow(/disabled/);
    onCommand((interaction) =>
      interaction.reply({ components: [card('B-5')], flags: [MessageFlags.IsComponentsV2, MessageFlags.Ephemeral] }),
    );
    const hidden = asMessage(await discord.command({ userId: poster, text: '/bounty post' })).message;
    await expect(discord.click({ userId: developer, messageId: hidden.id, customId: 'bounty enter' })).rejects.toThrow(
      /sees no message/,
    );
  });
});

describe('a modal', () => {
  it('opens from a command, is filled in and answered', async () => {
    let got: Record<string, unknown> = {};
    bot.onInteraction(async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.showModal(form());
      if (!interaction.isModalSubmit()) return;
      const { fields } = interaction;
      got = {
        title: fields.getTextInputValue('title'),
        mode: fields.getStringSelectValues('mode'),
        id: interaction.customId,
      };
      await interaction.reply({ content: 'posted', flags: MessageFlags.Ephemeral });
    });
    const opened = await bot.discord.command({ userId: poster, text: '/bounty post' });
    if (opened.kind !== 'modal') throw new Error(`expected a modal, got ${opened.kind}`);
    const { modalId } = opened.modal;
    const submit = (values: Record<string, string | string[]>) =>
      bot.discord.submitModal({ userId: poster, modalId, values });
    await expect(submit({ mode: ['best'] })).rejects.toThrow(/"title" is required/);
    await expect(submit({ title: 'x'.repeat(101), mode: ['best'] })).rejects.toThrow(/0 to 100 characters/);
    await expect(submit({ title: 'A title', mode: ['worst'] })).rejects.toThrow(/not an option/);
    expect(await submit({ title: 'Parse dates', mode: ['best'] })).toMatchObject({ kind: 'message', ephemeral: true });
    expect(got).toEqual({ title: 'Parse dates', mode: ['best'], id: 'bounty post' });
    expect(bot.discord.modals(poster)).toEqual([]);
  });

  it('opens from a button, and its answer may update the message', async () => {
    const { message } = await say('B-6');
    bot.onInteraction(async (interaction) => {
      if (interaction.isButton()) await interaction.showModal(form());
      if (interaction.isModalSubmit() && interaction.isFromMessage())
        await interaction.update({ components: [card('renamed')] });
    });
    const opened = await bot.discord.click({ userId: poster, messageId: message.id, customId: 'bounty enter' });
    if (opened.kind !== 'modal') throw new Error(`expected a modal, got ${opened.kind}`);
    const values = { title: 'New', mode: ['best'] };
    const answer = await bot.discord.submitModal({ userId: poster, modalId: opened.modal.modalId, values });
    expect(answer).toMatchObject({ kind: 'update', message: { id: message.id } });
  });
});

describe('menus', () => {
  it('are picked from', async () => {
    const menu = new StringSelectMenuBuilder()
      .setCustomId('pick')
      .addOptions({ label: 'A', value: 'a' }, { label: 'B', value: 'b' });
    onCommand((interaction) =>
      interaction.reply({ components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)] }),
    );
    const { message } = asMessage(await bot.discord.command({ userId: poster, text: '/bounty post' }));
    bot.onInteraction(async (interaction) => {
      if (interaction.isStringSelectMenu())
        await interaction.update({ content: `picked ${interaction.values.join()}`, components: [] });
    });
    const pick = (values: string[]) =>
      bot.discord.select({ userId: poster, messageId: message.id, customId: 'pick', values });
    await expect(pick(['c'])).rejects.toThrow(/not an option/);
    await expect(pick(['a', 'b'])).rejects.toThrow(/Pick 1 to 1/);
    expect(await pick(['b'])).toMatchObject({ kind: 'update', message: { content: 'picked b', components: [] } });
  });

  it('of the context kind reach a message and a user', async () => {
    const said = bot.discord.say({ userId: developer, content: 'a rude word' });
    const targets: unknown[] = [];
    bot.onInteraction(async (interaction) => {
      if (interaction.isMessageContextMenuCommand()) targets.push(interaction.targetMessage.content);
      if (interaction.isUserContextMenuCommand()) targets.push(interaction.targetUser.username);
      if (interaction.isRepliable()) await interaction.reply({ content: 'noted', flags: MessageFlags.Ephemeral });
    });
    await bot.discord.contextMenu({ userId: poster, name: 'Report this', targetId: said.id });
    await bot.discord.contextMenu({ userId: poster, name: 'Their agents', targetId: developer });
    expect(targets).toEqual(['a rude word', 'dana']);
  });
});

function onCommand(handle: (interaction: ChatInputCommandInteraction) => Promise<unknown>): void {
  bot.onInteraction(async (interaction: Interaction) => {
    if (interaction.isChatInputCommand()) await handle(interaction);
  });
}

async function say(name: string) {
  onCommand((interaction) => interaction.reply({ components: [card(name)], flags: MessageFlags.IsComponentsV2 }));
  return asMessage(await bot.discord.command({ userId: poster, text: '/bounty post' }));
}

function asMessage(answer: Answer) {
  if (answer.kind !== 'message') throw new Error(`expected a message, got ${JSON.stringify(answer)}`);
  return answer;
}

function card(name: string): ContainerBuilder {
  const enter = new ButtonBuilder().setCustomId('bounty enter').setLabel('Enter').setStyle(ButtonStyle.Primary);
  const ended = new ButtonBuilder()
    .setCustomId('ended')
    .setLabel('Ended')
    .setStyle(ButtonStyle.Secondary)
    .setDisabled(true);
  const page = new ButtonBuilder().setURL('https://example.com/').setLabel('Open').setStyle(ButtonStyle.Link);
  return new ContainerBuilder()
    .setAccentColor(0x2b7fff)
    .addSectionComponents(
      new SectionBuilder()
        .addTextDisplayComponents(new TextDisplayBuilder().setContent(`Bounty ${name}`))
        .setButtonAccessory(page),
    )
    .addSeparatorComponents(new SeparatorBuilder())
    .addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(enter, ended));
}

function form(): ModalBuilder {
  const title = new TextInputBuilder().setCustomId('title').setStyle(TextInputStyle.Short).setMaxLength(100);
  const mode = new StringSelectMenuBuilder().setCustomId('mode').addOptions({ label: 'Best score', value: 'best' });
  return new ModalBuilder()
    .setCustomId('bounty post')
    .setTitle('Post a bounty')
    .addLabelComponents(
      new LabelBuilder().setLabel('Title').setTextInputComponent(title),
      new LabelBuilder().setLabel('Mode').setStringSelectMenuComponent(mode),
    );
}
