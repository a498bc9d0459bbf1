import type { AutocompleteInteraction } from 'discord.js';
import type { BotSession } from '../commands/bot-session.ts';
import { findCommand } from '../commands/run-command.ts';
import { suggest } from '../commands/suggest.ts';
import { callerOf } from './caller.ts';

/** What may be meant while a code is typed. Never fails: no suggestion is better than an error in the middle of a word. */
export async function handleAutocomplete(session: BotSession, interaction: AutocompleteInteraction): Promise<void> {
  const focused = interaction.options.getFocused(true);
  const definition = findCommand(`${interaction.commandName} ${interaction.options.getSubcommand()}`);
  const kind = definition.options[focused.name]?.suggest;
  const bounty = interaction.options.getString('bounty');
  const choices =
    kind === undefined
      ? []
      : await suggest(session, callerOf(interaction), kind, focused.value, bounty).catch(() => []);
  await interaction.respond(choices.slice(0, 25).map(({ label, value }) => ({ name: label.slice(0, 100), value })));
}
