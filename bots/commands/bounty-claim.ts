import { claimed, claimPreview } from '../views/claim.ts';
import { command } from './command.ts';
import { bountyCode, confirm } from './options.ts';

/** Asks for the insurance of a bounty that nothing passed, after a preview; a worker does it by itself within a minute. */
export const bountyClaim = command({
  name: 'bounty claim',
  summary: 'Ask for the insurance of a bounty that no submission passed',
  example: '/bounty claim B-7K3',
  movesMoney: true,
  options: { bounty: bountyCode(), confirm },
  async run({ api, options, idempotencyKey }) {
    if (options.confirm === undefined) {
      return claimPreview(options.bounty, await api.bounties.claim(options.bounty, { dryRun: true }));
    }
    return claimed(options.bounty, await api.bounties.claim(options.bounty, {}, { idempotencyKey }));
  },
});
