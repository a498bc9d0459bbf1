import type { WebClient } from '@slack/web-api';
import { PermanentDeliveryProblem, type DrawCard } from '../commands/keep-cards.ts';
import { renderMessage } from './render-message.ts';

/** Slack's error codes after which another try cannot help. https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const permanent = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'account_inactive',
  'token_revoked',
  'invalid_auth',
]);

/** Posts a bounty's card, or edits the one posted before; a card somebody deleted is posted anew. */
export function slackCards(client: WebClient): DrawCard {
  return async (card, view) => {
    const message = { channel: card.channelId, ...renderMessage(view) };
    try {
      if (card.messageRef !== null && (await update(client, message, card.messageRef))) {
        return { messageRef: card.messageRef, threadRef: card.threadRef };
      }
      const posted = await client.chat.postMessage({ ...message, unfurl_links: false, unfurl_media: false });
      return { messageRef: posted.ts ?? '', threadRef: posted.ts ?? null };
    } catch (error) {
      const code = errorCode(error);
      if (code !== null && permanent.has(code))
        throw new PermanentDeliveryProblem(`Slack says ${code}`, { cause: error });
      throw error;
    }
  };
}

async function update(
  client: WebClient,
  message: { channel: string } & ReturnType<typeof renderMessage>,
  ts: string,
): Promise<boolean> {
  try {
    await client.chat.update({ ...message, ts });
    return true;
  } catch (error) {
    if (errorCode(error) === 'message_not_found') return false;
    throw error;
  }
}

function errorCode(error: unknown): string | null {
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : null;
  return typeof data === 'object' && data !== null && 'error' in data && typeof data.error === 'string'
    ? data.error
    : null;
}
