import { ChannelType, DiscordAPIError, type Client, type ForumChannel, type GuildTextBasedChannel } from 'discord.js';
import { PermanentDeliveryProblem, type DrawCard } from '../commands/keep-cards.ts';
import { shorten } from '../views/say.ts';
import type { MessageView } from '../views/view.ts';
import { renderMessage } from './render-message.ts';

/** Discord's codes after which another try cannot help: unknown channel, missing access, missing permissions. */
const permanent = new Set<number | string>([10003, 50001, 50013]);
const unknownMessage = 10008;
const threadNameMax = 100;

/** Draws a bounty's card: one forum post a bounty, tagged by state; in a text channel, a message. */
export function discordCards(client: Client<true>): DrawCard {
  return async (card, view) => {
    try {
      const channel = await client.channels.fetch(card.channelId);
      if (channel?.type === ChannelType.GuildForum) return await drawPost(channel, card.messageRef, view);
      if (channel?.isTextBased() && channel.isSendable())
        return await drawMessage(channel as GuildTextBasedChannel, card.messageRef, view);
      throw new PermanentDeliveryProblem('The channel takes no messages of ours');
    } catch (error) {
      if (error instanceof DiscordAPIError && permanent.has(error.code))
        throw new PermanentDeliveryProblem(error.message, { cause: error });
      throw error;
    }
  };
}

async function drawPost(forum: ForumChannel, messageRef: string | null, view: MessageView) {
  const message = renderMessage(view);
  const appliedTags = tagsOf(forum, view);
  if (messageRef !== null) {
    const thread = await forum.threads.fetch(messageRef);
    const starter = await thread?.fetchStarterMessage();
    if (thread && starter) {
      await starter.edit({ ...message, flags: message.flags });
      if (thread.name !== nameOf(view) || !sameTags(thread.appliedTags, appliedTags))
        await thread.edit({ name: nameOf(view), appliedTags });
      return { messageRef, threadRef: messageRef };
    }
  }
  const thread = await forum.threads.create({
    name: nameOf(view),
    message: { ...message, flags: message.flags },
    appliedTags,
  });
  return { messageRef: thread.id, threadRef: thread.id };
}

async function drawMessage(channel: GuildTextBasedChannel, messageRef: string | null, view: MessageView) {
  const message = renderMessage(view);
  if (messageRef !== null) {
    try {
      await channel.messages.edit(messageRef, { ...message, flags: message.flags });
      return { messageRef, threadRef: null };
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || error.code !== unknownMessage) throw error;
    }
  }
  const sent = await channel.send({ ...message, flags: message.flags });
  return { messageRef: sent.id, threadRef: null };
}

function nameOf(view: MessageView): string {
  return shorten(view.title, threadNameMax);
}

/** The forum's tag whose name is the bounty's state, where the forum has one. */
function tagsOf(forum: ForumChannel, view: MessageView): string[] {
  const state = view.fields?.find(({ label }) => label === 'State')?.value.toLowerCase();
  return forum.availableTags.filter((tag) => tag.name.toLowerCase() === state).map((tag) => tag.id);
}

function sameTags(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((tag) => b.includes(tag));
}
