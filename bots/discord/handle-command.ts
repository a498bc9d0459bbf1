import { MessageFlags, type ChatInputCommandInteraction } from 'discord.js';
import type { BotSession } from '../commands/bot-session.ts';
import { findCommand, runCommand } from '../commands/run-command.ts';
import { errorView } from '../views/error.ts';
import type { View } from '../views/view.ts';
import { callerOf } from './caller.ts';
import { readAttachment } from './read-attachment.ts';
import { renderForm } from './render-form.ts';
import { tell } from './tell.ts';

/** A slash command: a form at once where the verb wants one, else acknowledged first and answered when done. */
export async function handleCommand(session: BotSession, interaction: ChatInputCommandInteraction): Promise<void> {
  const definition = findCommand(`${interaction.commandName} ${interaction.options.getSubcommand()}`);
  const options = interaction.options.data[0]?.options ?? [];
  const typed = Object.fromEntries(
    options.flatMap(({ name, value, attachment }) => (attachment ? [] : [[name, String(value)]])),
  );
  const attached = options.find(({ attachment }) => attachment);
  const form = definition.form?.({ ...typed, ...(attached ? { [attached.name]: attached.name } : {}) }) ?? null;
  if (form !== null) {
    await interaction.showModal(renderForm(form));
    return;
  }
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await tell(interaction, await answer());

  async function answer(): Promise<View> {
    try {
      const given = attached?.attachment ? { ...(await fromFile()), ...typed } : typed;
      return await runCommand(session, {
        name: definition.name,
        given,
        caller: callerOf(interaction),
        idempotencyKey: `discord:${interaction.id}`,
      });
    } catch (error) {
      return errorView(error).message;
    }
  }

  async function fromFile(): Promise<Record<string, string>> {
    const file = interaction.options.getAttachment(attached?.name ?? '', true);
    const { text, name, language } = await readAttachment(file);
    const isNamed = definition.options['name'] !== undefined && typed['agent'] === undefined;
    return {
      ...(isNamed ? { name } : {}),
      ...(language === null ? {} : { language }),
      [attached?.name ?? '']: text,
    };
  }
}
