import type { BountyCardWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { stateLabel } from './bounty-card.ts';
import { showDistance } from './moment.ts';
import { button, privately, shorten } from './say.ts';
import type { MessageView } from './view.ts';

/** Up to ten bounties, a line each, with a button to open the first ones. */
export function bountyList(which: string, bounties: BountyCardWire[], nowMs: number): MessageView {
  if (bounties.length === 0) {
    return privately(
      which === 'mine' ? 'You have posted no bounty yet' : `There is no ${stateLabel(which)} bounty right now`,
      {
        footer: 'Post one with /bounty post.',
      },
    );
  }
  return privately(which === 'mine' ? 'Your bounties' : `Bounties: ${stateLabel(which)}`, {
    table: {
      columns: ['Code', 'Title', 'Reward', 'State', 'Ends'],
      rows: bounties.map((bounty) => [
        bounty.code,
        shorten(bounty.title, 32),
        writeAmount(bounty.rewardMinor, bounty.currency),
        stateLabel(bounty.state),
        showDistance(Date.parse(bounty.deadline) - nowMs),
      ]),
    },
    actions: bounties
      .slice(0, 5)
      .map((bounty) => button(`Show ${bounty.code}`, 'bounty show', { bounty: bounty.code })),
  });
}
