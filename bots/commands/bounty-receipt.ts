import { receipt } from '../views/receipt.ts';
import { command } from './command.ts';
import { bountyCode } from './options.ts';

/** The signed statement of an award. */
export const bountyReceipt = command({
  name: 'bounty receipt',
  summary: 'See the signed receipt of an award: who won, with which score, and what was paid',
  example: '/bounty receipt B-7K3',
  options: { bounty: bountyCode() },
  async run({ api, options, publicUrl }) {
    return receipt(await api.bounties.receipt(options.bounty), publicUrl);
  },
});
