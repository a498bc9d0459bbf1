import type { Interaction } from 'discord.js';
import type { Caller } from '../commands/command.ts';

/** Who gave an interaction, where. A forum post's interactions belong to its forum. */
export function callerOf(interaction: Interaction): Caller {
  return {
    surface: 'discord',
    homeId: interaction.guildId ?? interaction.user.id,
    channelId: interaction.channel?.isThread()
      ? (interaction.channel.parentId ?? interaction.channel.id)
      : (interaction.channelId ?? ''),
    userId: interaction.user.id,
    displayName: interaction.user.globalName ?? interaction.user.username,
  };
}
