import { fundPreview, fundReady } from '../views/fund.ts';
import { command } from './command.ts';
import { bountyCode, confirm } from './options.ts';

/** Shows what will be charged, then gives the link to pay. */
export const bountyFund = command({
  name: 'bounty fund',
  summary: 'See exactly what will be charged, then pay: the money is held until you decide',
  example: '/bounty fund B-7K3',
  movesMoney: true,
  options: { bounty: bountyCode(), confirm },
  async run({ api, options, idempotencyKey }) {
    if (options.confirm === undefined) {
      return fundPreview(options.bounty, await api.bounties.fund(options.bounty, { dryRun: true }));
    }
    return fundReady(options.bounty, await api.bounties.fund(options.bounty, {}, { idempotencyKey }));
  },
});
