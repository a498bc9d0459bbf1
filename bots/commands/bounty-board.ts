import { board } from '../views/board.ts';
import { command } from './command.ts';
import { bountyCode } from './options.ts';

/** The ranking of one bounty. */
export const bountyBoard = command({
  name: 'bounty board',
  summary: 'See the leaderboard of a bounty',
  example: '/bounty board B-7K3',
  options: { bounty: bountyCode() },
  async run({ api, options }) {
    const [bounty, page] = [await api.bounties.show(options.bounty), await api.bounties.board(options.bounty)];
    return board(bounty, page.data);
  },
});
