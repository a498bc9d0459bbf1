import { help } from '../views/help.ts';
import { command } from './command.ts';
import { optional, text } from './options.ts';

/** What can be typed, one line a verb, or one verb with its options. */
export const bountyHelp = command({
  name: 'bounty help',
  summary: 'See what you can do, or how one command works',
  example: '/bounty help award',
  options: { about: optional(text('the command you want to know about, like award', 40)) },
  async run({ options, commands }) {
    return help(commands, options.about);
  },
});
