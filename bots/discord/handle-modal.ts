import { MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { BotSession } from '../commands/bot-session.ts';
import { runCommand } from '../commands/run-command.ts';
import { callerOf } from './caller.ts';
import { readAnswers } from './render-form.ts';
import { tell } from './tell.ts';

/** A submitted form runs its verb; Discord has closed the form by then, so a problem is told with what to type instead. */
export async function handleModal(session: BotSession, interaction: ModalSubmitInteraction): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const { command: name, given } = readAnswers(interaction);
  const view = await runCommand(session, {
    name,
    given,
    caller: callerOf(interaction),
    idempotencyKey: `discord:${interaction.id}`,
  });
  await tell(interaction, view);
}
