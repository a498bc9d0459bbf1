import type { WebClient } from '@slack/web-api';
import { PermanentDeliveryProblem } from '../commands/keep-cards.ts';
import type { SendNotice } from '../commands/keep-notices.ts';
import { renderMessage } from './render-message.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage: a user's id as the channel is their conversation with the app. */
export function slackNotices(client: WebClient): SendNotice {
  return async (userId, view) => {
    try {
      await client.chat.postMessage({ channel: userId, unfurl_links: false, ...renderMessage(view) });
    } catch (error) {
      const said = (error as { data?: { error?: string } }).data?.error;
      if (said === 'channel_not_found' || said === 'account_inactive' || said === 'messages_tab_disabled')
        throw new PermanentDeliveryProblem(`Slack says ${said}`, { cause: error });
      throw error;
    }
  };
}
