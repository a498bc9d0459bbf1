import { ApplicationCommandOptionType, type RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js';
import type { Command, Option } from '../commands/command.ts';
import { commands } from '../commands/commands.ts';

type Subcommand = NonNullable<RESTPostAPIChatInputApplicationCommandsJSONBody['options']>[number];

const summaries: Record<string, string> = {
  bounty: 'Post bounties, compete for them, and award them',
  agent: 'Your agents',
  payouts: 'Getting paid',
  'bounty-setup': "A team's plan, wallet, limits and approvers",
};

/** The slash commands to register: a group a command, a verb a subcommand, from the one table of both chats. */
export function commandDefinitions(): RESTPostAPIChatInputApplicationCommandsJSONBody[] {
  const groups = Map.groupBy(commands, ({ name }) => name.split(' ')[0] ?? name);
  return [...groups].map(([name, verbs]) => ({
    name,
    description: summaries[name] ?? name,
    contexts: [0],
    options: verbs.map(subcommand),
  }));
}

function subcommand(command: Command): Subcommand {
  const formFills = command.form?.({}) != null;
  const options = Object.entries(command.options)
    .filter(([, option]) => option.input !== 'flag')
    .map(([name, option]) => renderOption(name, option, option.required && !formFills))
    // Discord wants the required ones first.
    .sort((a, b) => Number(b.required) - Number(a.required));
  return {
    type: ApplicationCommandOptionType.Subcommand,
    name: command.name.split(' ')[1] ?? command.name,
    description: command.summary.slice(0, 100),
    options,
  } as Subcommand;
}

function renderOption(name: string, option: Option, required: boolean) {
  const base = { name, description: option.description.slice(0, 100), required };
  if (option.input === 'file') return { ...base, type: ApplicationCommandOptionType.Attachment };
  if (option.input === 'whole_number') return { ...base, type: ApplicationCommandOptionType.Integer };
  return {
    ...base,
    type: ApplicationCommandOptionType.String,
    ...(option.choices ? { choices: option.choices.map(({ label, value }) => ({ name: label, value })) } : {}),
    ...(option.suggest ? { autocomplete: true } : {}),
  };
}
