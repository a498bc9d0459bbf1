import { payoutsStatement as statementView } from '../views/payouts-statement.ts';
import { command, OptionProblem, type Option } from './command.ts';
import { optional } from './options.ts';

const year: Option<number> = {
  description: 'the year, like 2026; this one when left out',
  required: true,
  input: 'whole_number',
  read(given) {
    if (/^20[2-9]\d$/.test(given)) return Number(given);
    throw new OptionProblem(`"${given.slice(0, 40)}" is not a year. Say it with four digits, like 2026.`);
  },
};

/** A year of awards and payouts, as the tax office asks for it. */
export const payoutsStatement = command({
  name: 'payouts statement',
  summary: 'See a year of what you earned and what was paid out, as the tax office asks for it',
  example: '/payouts statement 2026',
  options: { year: optional(year) },
  async run({ api, options }) {
    return statementView(await api.payouts.statement({ year: options.year }));
  },
});
