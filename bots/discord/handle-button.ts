import { MessageFlags, type ButtonInteraction } from 'discord.js';
import type { BotSession } from '../commands/bot-session.ts';
import { findCommand, runCommand } from '../commands/run-command.ts';
import { readActionId } from '../views/view.ts';
import { callerOf } from './caller.ts';
import { renderForm } from './render-form.ts';
import { tell } from './tell.ts';

/** A button runs the verb in its id. A confirmed preview is replaced by its result, so that it cannot be pressed again. */
export async function handleButton(session: BotSession, interaction: ButtonInteraction): Promise<void> {
  const { command: name, options } = readActionId(interaction.customId);
  const form = findCommand(name).form?.(options) ?? null;
  if (form !== null) {
    await interaction.showModal(renderForm(form));
    return;
  }
  if (options['confirm'] === undefined) await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  else await interaction.deferUpdate();
  const view = await runCommand(session, {
    name,
    given: options,
    caller: callerOf(interaction),
    idempotencyKey: `discord:${interaction.id}`,
  });
  await tell(interaction, view);
}
