import { payoutsStatus as statusView } from '../views/payouts.ts';
import { command } from './command.ts';

/** What was earned, what was paid, what waits and for what. */
export const payoutsStatus = command({
  name: 'payouts status',
  summary: 'See what you have earned, what is paid out, and what waits',
  example: '/payouts status',
  options: {},
  async run({ api }) {
    return statusView(await api.payouts.status());
  },
});
