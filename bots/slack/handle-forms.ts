import type { App } from '@slack/bolt';
import type { BotSession } from '../commands/bot-session.ts';
import type { Caller } from '../commands/command.ts';
import { checkForm, runCommand } from '../commands/run-command.ts';
import { readAnswers, type Carried } from './render-form.ts';
import { renderMessage } from './render-message.ts';

/** Submitted modals: what cannot be read is shown beside its field, and the modal stays; else the verb runs and answers in the channel. */
export function handleForms(app: App, session: BotSession): void {
  app.view('form', async ({ ack, body, view, client }) => {
    const carried = JSON.parse(view.private_metadata) as Carried;
    const answers = readAnswers(view.state.values);
    const given = { ...carried.carried, ...answers };
    const problem = checkForm(carried.command, given);
    if (problem !== null) {
      const fields = view.blocks.flatMap((block) => (block.type === 'input' && block.block_id ? [block.block_id] : []));
      const field = fields.includes(problem.option) ? problem.option : (fields[0] ?? problem.option);
      await ack({ response_action: 'errors', errors: { [field]: problem.sentence } });
      return;
    }
    await ack();
    const caller: Caller = {
      surface: 'slack',
      homeId: body.team?.id ?? body.user.team_id ?? '',
      channelId: carried.channelId,
      userId: body.user.id,
      displayName: body.user.name,
    };
    const result = await runCommand(session, {
      name: carried.command,
      given,
      caller,
      idempotencyKey: `slack:${view.id}:${view.hash}`,
    });
    if (result.kind === 'form') return;
    const message = { channel: carried.channelId, ...renderMessage(result) };
    if (result.visibility === 'public' || isDirect(carried.channelId))
      await client.chat.postMessage({ ...message, unfurl_links: false });
    else await client.chat.postEphemeral({ ...message, user: body.user.id });
  });
}

/** In a person's conversation with the app nobody else reads; it is named by its own id, or by the person's. */
function isDirect(channelId: string): boolean {
  return /^[DUW]/.test(channelId);
}
