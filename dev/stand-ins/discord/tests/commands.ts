import { ApplicationCommandType, ContextMenuCommandBuilder, SlashCommandBuilder } from 'discord.js';

/** Commands for the tests: subcommands, all kinds of options, context menus. */
export const testCommands = [
  new SlashCommandBuilder()
    .setName('bounty')
    .setDescription('Bounties')
    .addSubcommand((sub) =>
      sub
        .setName('fund')
        .setDescription('Fund a bounty')
        .addStringOption((option) =>
          option.setName('bounty').setDescription('Its code').setRequired(true).setAutocomplete(true),
        )
        .addStringOption((option) => option.setName('note').setDescription('A note').setMaxLength(50))
        .addIntegerOption((option) => option.setName('days').setDescription('Days').setMinValue(1).setMaxValue(30))
        .addUserOption((option) => option.setName('payer').setDescription('Who pays'))
        .addStringOption((option) =>
          option.setName('mode').setDescription('Mode').addChoices({ name: 'Best score', value: 'best' }),
        ),
    )
    .addSubcommand((sub) => sub.setName('post').setDescription('Post a bounty')),
  new SlashCommandBuilder()
    .setName('agent')
    .setDescription('Agents')
    .addSubcommand((sub) =>
      sub
        .setName('upload')
        .setDescription('Upload code')
        .addAttachmentOption((option) => option.setName('code').setDescription('A file').setRequired(true)),
    ),
  new SlashCommandBuilder().setName('purge').setDescription('For admins').setDefaultMemberPermissions('8'),
  new ContextMenuCommandBuilder().setName('Report this').setType(ApplicationCommandType.Message),
  new ContextMenuCommandBuilder().setName('Their agents').setType(ApplicationCommandType.User),
];
