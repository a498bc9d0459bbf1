import type { App, BlockAction, BlockElementAction } from '@slack/bolt';
import type { BotSession } from '../commands/bot-session.ts';
import type { Caller } from '../commands/command.ts';
import { findCommand, runCommand } from '../commands/run-command.ts';
import { privately } from '../views/say.ts';
import { readActionId } from '../views/view.ts';
import { renderForm } from './render-form.ts';
import { renderMessage } from './render-message.ts';

/** Buttons: each runs the verb in its id. A confirmed preview is replaced by its result, so that it cannot be pressed again. */
export function handleActions(app: App, session: BotSession): void {
  app.action<BlockAction>(/^open-url/, async ({ ack }) => {
    await ack();
  });
  app.action<BlockAction>(/^(?!open-url)/, async ({ ack, body, action, client, respond }) => {
    await ack();
    const { command: name, options } = readActionId((action as BlockElementAction).action_id);
    const caller = callerOf(body);
    const form = findCommand(name).form?.(options) ?? null;
    if (form !== null) {
      await client.views.open({ trigger_id: body.trigger_id, view: renderForm(form, caller.channelId) });
      return;
    }
    const view = await runCommand(session, {
      name,
      given: options,
      caller,
      idempotencyKey: `slack:${body.trigger_id}`,
    });
    if (view.kind === 'form') {
      await client.views.open({ trigger_id: body.trigger_id, view: renderForm(view, caller.channelId) });
      return;
    }
    const confirmed = options['confirm'] !== undefined;
    if (view.visibility === 'private' || view.tone === 'bad') {
      await respond({ response_type: 'ephemeral', replace_original: confirmed, ...renderMessage(view) });
      return;
    }
    if (confirmed)
      await respond({
        response_type: 'ephemeral',
        replace_original: true,
        ...renderMessage(privately('Done', { tone: 'good' })),
      });
    await client.chat.postMessage({ channel: caller.channelId, unfurl_links: false, ...renderMessage(view) });
  });
}

function callerOf(body: BlockAction): Caller {
  return {
    surface: 'slack',
    homeId: body.team?.id ?? body.user.team_id ?? '',
    channelId: body.channel?.id ?? body.container['channel_id'] ?? body.user.id,
    userId: body.user.id,
    displayName: body.user.username ?? body.user.name ?? '',
  };
}
