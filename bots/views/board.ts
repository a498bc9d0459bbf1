import type { BountyWire, LeaderboardRowWire } from '../../api/client/wire-types.ts';
import { boardTable } from './bounty-card.ts';
import { button, privately, shorten } from './say.ts';
import type { MessageView } from './view.ts';

/** Up to twenty ranks, and the tie rule. */
export function board(bounty: BountyWire, rows: LeaderboardRowWire[]): MessageView {
  const first = rows[0];
  if (first === undefined) {
    return privately(`Nobody is ranked for ${bounty.code} yet`, {
      actions: [button('Enter', 'bounty enter', { bounty: bounty.code }, 'primary')],
    });
  }
  return privately(`Leaderboard of ${bounty.code}: ${shorten(bounty.title, 100)}`, {
    table: boardTable(rows.slice(0, 20)),
    footer: 'Equal scores share a place mark (=); the earlier submission stands first.',
    actions: [
      button('Why did I lose?', 'bounty why', { bounty: bounty.code }),
      ...(bounty.state === 'open' || bounty.state === 'reviewing'
        ? [button(`Award ${first.agentCode}`, 'bounty award', { bounty: bounty.code, agent: first.agentCode })]
        : []),
    ],
  });
}
