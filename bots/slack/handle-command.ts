import type { App } from '@slack/bolt';
import type { BotSession } from '../commands/bot-session.ts';
import type { Caller } from '../commands/command.ts';
import { commands } from '../commands/commands.ts';
import { readTyped } from '../commands/read-typed.ts';
import { runCommand } from '../commands/run-command.ts';
import { errorView } from '../views/error.ts';
import type { View } from '../views/view.ts';
import { renderForm } from './render-form.ts';
import { renderMessage } from './render-message.ts';

const groups = [...new Set(commands.map(({ name }) => `/${name.split(' ')[0]}`))];

/** Slash commands: acknowledged at once, then a form or the verb's answer. */
export function handleCommands(app: App, session: BotSession): void {
  for (const group of groups) {
    app.command(group, async ({ ack, body, client, respond }) => {
      await ack();
      const caller: Caller = {
        surface: 'slack',
        homeId: body.team_id,
        channelId: body.channel_id,
        userId: body.user_id,
        displayName: body.user_name,
      };
      const tell = async (view: View) => {
        if (view.kind === 'form') {
          await client.views.open({ trigger_id: body.trigger_id, view: renderForm(view, caller.channelId) });
          return;
        }
        await respond({
          response_type: view.visibility === 'public' ? 'in_channel' : 'ephemeral',
          ...renderMessage(view),
        });
      };
      await tell(await answer(session, group.slice(1), body.text ?? '', caller, body.trigger_id));
    });
  }
}

async function answer(
  session: BotSession,
  group: string,
  line: string,
  caller: Caller,
  triggerId: string,
): Promise<View> {
  try {
    const { command, given } = readTyped(group, line, commands);
    return (
      command.form?.(given) ??
      (await runCommand(session, { name: command.name, given, caller, idempotencyKey: `slack:${triggerId}` }))
    );
  } catch (error) {
    return errorView(error).message;
  }
}
