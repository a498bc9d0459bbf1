import type { Context } from '../context.ts';
import type { StoredMessage } from '../world/world.ts';
import { ClientRefusal } from './client-refusal.ts';

/** The message, if this person sees it: not somebody else's ephemeral one, nor in somebody else's direct messages. */
export function seeMessage({ world }: Context, userId: string, messageId: string): StoredMessage {
  const stored = world.messages.get(messageId);
  const recipients = world.channels.get(stored?.message.channel_id ?? '')?.recipients;
  const isHidden = (stored?.ephemeralFor ?? userId) !== userId || recipients?.every(({ id }) => id !== userId) === true;
  if (!stored || isHidden) throw new ClientRefusal(`This person sees no message ${messageId}.`);
  return stored;
}
