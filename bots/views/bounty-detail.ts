import type { BountyWire, LeaderboardRowWire } from '../../api/client/wire-types.ts';
import { bountyCard } from './bounty-card.ts';
import { shorten, showJson } from './say.ts';
import type { MessageView } from './view.ts';

/** The card with the whole brief, the metrics with their pass marks, and the public cases. */
export function bountyDetail(
  bounty: BountyWire,
  board: LeaderboardRowWire[],
  publicUrl: string,
  nowMs: number,
): MessageView {
  const card = bountyCard(bounty, board, nowMs);
  const metrics = bounty.metrics.map(
    (metric) => `${metric.kind.replaceAll('_', ' ')}, weight ${metric.weight}, passes at ${metric.passAt}`,
  );
  const samples = bounty.publicCases
    .slice(0, 3)
    .map((one, index) => `${index + 1}. ${showJson(one.input, 200)}\n   → ${showJson(one.expected, 100)}`);
  return {
    ...card,
    visibility: 'private',
    body: [shorten(bounty.brief, 2000), `Decided by: ${metrics.join('; ')}.`],
    ...(samples.length > 0 ? { code: `Public cases\n${samples.join('\n')}` } : {}),
    footer: `${publicUrl}/bounties/${bounty.code}`,
  };
}
