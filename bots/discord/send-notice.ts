import { DiscordAPIError, type Client } from 'discord.js';
import { PermanentDeliveryProblem } from '../commands/keep-cards.ts';
import type { SendNotice } from '../commands/keep-notices.ts';
import { renderMessage } from './render-message.ts';

/** Discord's codes for a person who takes no direct messages from us: cannot send, unknown user. */
const permanent = new Set<number | string>([50007, 10013]);

/** Tells a person in their direct messages. */
export function discordNotices(client: Client<true>): SendNotice {
  return async (userId, view) => {
    try {
      const user = await client.users.fetch(userId);
      const message = renderMessage(view);
      await user.send({ ...message, flags: message.flags });
    } catch (error) {
      if (error instanceof DiscordAPIError && permanent.has(error.code))
        throw new PermanentDeliveryProblem(error.message, { cause: error });
      throw error;
    }
  };
}
