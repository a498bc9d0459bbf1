import { fundPreview, fundReady } from '../views/fund.ts';
import { command } from './command.ts';
import { bountyCode, choice, confirm, optional } from './options.ts';

/** Shows what will be charged, then gives the link to pay. */
export const bountyFund = command({
  name: 'bounty fund',
  summary: 'See exactly what will be charged, then pay: the money is held until you decide',
  example: '/bounty fund B-7K3',
  movesMoney: true,
  options: {
    bounty: bountyCode(),
    insure: optional(choice('yes: be compensated if no submission passes, for 5% of the reward', ['yes', 'no'])),
    confirm,
  },
  async run({ api, options, idempotencyKey }) {
    const insured = options.insure === 'yes';
    if (options.confirm === undefined) {
      return fundPreview(options.bounty, await api.bounties.fund(options.bounty, { insured, dryRun: true }));
    }
    return fundReady(options.bounty, await api.bounties.fund(options.bounty, { insured }, { idempotencyKey }));
  },
});
