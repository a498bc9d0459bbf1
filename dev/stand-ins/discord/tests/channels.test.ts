import {
  ChannelType,
  DiscordAPIError,
  MessageFlags,
  TextDisplayBuilder,
  type ForumChannel,
  type SendableChannels,
} from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBot, type TestBot } from './test-bot.ts';

let bot: TestBot;
let forum: ForumChannel;
let channel: SendableChannels;

beforeAll(async () => {
  bot = await startTestBot();
  const { forumId, channelId } = bot.discord.world;
  forum = bot.client.channels.cache.get(forumId) as ForumChannel;
  channel = bot.client.channels.cache.get(channelId) as SendableChannels;
});

afterAll(() => bot.close());

describe('a forum', () => {
  it('is there after login, with its tags', () => {
    expect(forum.type).toBe(ChannelType.GuildForum);
    expect(forum.availableTags.map(({ name }) => name)).toEqual(['open', 'in review', 'awarded', 'cancelled']);
  });

  it('takes a post, which is kept true: card, name, tags, archive and lock', async () => {
    const { discord } = bot;
    const { open = '', awarded = '' } = discord.world.forumTags;
    const thread = await forum.threads.create({
      name: 'B-7K3 Parse dates',
      appliedTags: [open],
      message: { components: [line('open')], flags: MessageFlags.IsComponentsV2 },
    });
    expect(discord.threads(forum.id)).toMatchObject([
      { id: thread.id, name: 'B-7K3 Parse dates', applied_tags: [open] },
    ]);
    const starter = await thread.fetchStarterMessage();
    await starter?.edit({ components: [line('awarded')] });
    expect(JSON.stringify(discord.message(thread.id)?.components)).toContain('awarded');
    await thread.setAppliedTags([awarded]);
    await thread.edit({ archived: true, locked: true });
    expect(discord.channel(thread.id)).toMatchObject({
      applied_tags: [awarded],
      thread_metadata: { archived: true, locked: true },
    });
    expect(await codeOf(starter?.edit({ components: [line('late')] }))).toBe(50083);
    expect(await codeOf(thread.setName('late'))).toBe(50083);
    await thread.send({ content: 'a message opens it again' });
    expect(discord.channel(thread.id)?.thread_metadata?.archived).toBe(false);
    expect(discord.messages(thread.id).map(({ content }) => content)).toEqual(['', 'a message opens it again']);
  });

  it('refuses a name of 101 characters, an unknown tag and a plain message, and leaves nothing behind', async () => {
    const before = bot.discord.threads(forum.id).length;
    const message = { content: 'a' };
    expect(await codeOf(forum.threads.create({ name: 'x'.repeat(101), message }))).toBe(50035);
    expect(await codeOf(forum.threads.create({ name: 'a', message, appliedTags: ['1290000000000009999'] }))).toBe(
      10087,
    );
    expect(await codeOf(forum.threads.create({ name: 'a', message: { content: 'x'.repeat(2001) } }))).toBe(50035);
    expect(await codeOf(bot.client.rest.post(`/channels/${forum.id}/messages`, { body: { content: 'a' } }))).toBe(
      50008,
    );
    expect(bot.discord.threads(forum.id)).toHaveLength(before);
  });
});

describe('messages', () => {
  it('are sent, fetched, edited and deleted', async () => {
    const sent = await channel.send({ content: 'one' });
    await sent.edit({ content: 'two' });
    expect((await channel.messages.fetch({ message: sent.id, force: true })).content).toBe('two');
    expect((await channel.messages.fetch({ limit: 1 })).first()?.id).toBe(sent.id);
    await sent.delete();
    expect(await codeOf(channel.messages.fetch({ message: sent.id, force: true }))).toBe(10008);
  });

  it('keep the Components V2 flag once they have it', async () => {
    const sent = await channel.send({ components: [line('a')], flags: MessageFlags.IsComponentsV2 });
    expect(await codeOf(sent.edit({ content: 'plain' }))).toBe(50035);
    await sent.edit({ components: [line('b')] });
    expect(bot.discord.message(sent.id)?.flags).toBe(MessageFlags.IsComponentsV2);
  });

  it('with an enforced nonce are sent once', async () => {
    const options = { content: 'once', nonce: 'card-1', enforceNonce: true };
    const [one, other] = [await channel.send(options), await channel.send(options)];
    expect(other.id).toBe(one.id);
    expect(bot.discord.messages(channel.id).filter(({ content }) => content === 'once')).toHaveLength(1);
  });

  it('of other people cannot be edited, and channels there are not answer 10003', async () => {
    const said = bot.discord.say({ userId: bot.discord.world.users.poster, content: 'mine' });
    expect(await codeOf(channel.messages.edit(said.id, { content: 'yours' }))).toBe(50005);
    expect(await codeOf(bot.client.channels.fetch('1290000000000009999', { force: true }))).toBe(10003);
  });

  it('reach a person directly, unless they closed that', async () => {
    const { discord, client } = bot;
    const { developer } = discord.world.users;
    const user = await client.users.fetch(developer);
    await user.send({ content: 'You won' });
    expect(discord.directMessages(developer)).toMatchObject([{ content: 'You won' }]);
    discord.setDirectMessagesOpen(developer, false);
    expect(await codeOf(user.send({ content: 'Again' }))).toBe(50007);
  });
});

function line(text: string): TextDisplayBuilder {
  return new TextDisplayBuilder().setContent(text);
}

async function codeOf(answer: Promise<unknown> | undefined): Promise<unknown> {
  const error = await answer?.catch((reason: unknown) => reason);
  return error instanceof DiscordAPIError ? error.code : `no error: ${String(error)}`;
}
