import { bountyDetail } from '../views/bounty-detail.ts';
import { command } from './command.ts';
import { bountyCode } from './options.ts';

/** Everything that may be known of one bounty. */
export const bountyShow = command({
  name: 'bounty show',
  summary: 'See one bounty: brief, metrics, public cases, money and leaderboard',
  example: '/bounty show B-7K3',
  options: { bounty: bountyCode() },
  async run({ api, options, publicUrl }) {
    const bounty = await api.bounties.show(options.bounty);
    const board = await api.bounties.board(options.bounty);
    return bountyDetail(bounty, board.data, publicUrl, Date.now());
  },
});
