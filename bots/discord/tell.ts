import {
  MessageFlags,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type ModalSubmitInteraction,
} from 'discord.js';
import { privately } from '../views/say.ts';
import type { View } from '../views/view.ts';
import { renderMessage } from './render-message.ts';

type Answerable = ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction;

/** Gives a verb's answer to an acknowledged interaction: private in place, public as a message of its own for the channel. */
export async function tell(interaction: Answerable, view: View): Promise<void> {
  if (view.kind === 'form') {
    await interaction.editReply(renderMessage(privately('Press the button again to open the form')));
    return;
  }
  if (view.visibility === 'private') {
    await interaction.editReply(renderMessage(view));
    return;
  }
  await interaction.editReply(renderMessage(privately('Done', { tone: 'good' })));
  const message = renderMessage(view);
  await interaction.followUp({ ...message, flags: MessageFlags.IsComponentsV2 });
}
