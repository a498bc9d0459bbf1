import { payoutsSetup as setupView } from '../views/payouts.ts';
import { command } from './command.ts';
import { text } from './options.ts';

/** The link where a payee says who they are and where the money goes. */
export const payoutsSetup = command({
  name: 'payouts setup',
  summary: 'Get ready to be paid: the country is checked now, not after you have won',
  example: '/payouts setup DE',
  options: { country: text('your country as two letters, like DE or US', 2) },
  async run({ api, options, idempotencyKey }) {
    return setupView(await api.payouts.setup({ country: options.country.toUpperCase() }, { idempotencyKey }));
  },
});
