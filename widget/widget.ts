import { BountyBoard } from './elements/bounty-board/bounty-board.ts';
import { BountyCard } from './elements/bounty-card/bounty-card.ts';
import { defineLater } from './define-later.ts';

// What every page loads: the board and its cards. The rest comes when its tag stands in a page or the board opens it.
if (!customElements.get('bounty-card')) customElements.define('bounty-card', BountyCard);
if (!customElements.get('bounty-board')) customElements.define('bounty-board', BountyBoard);
defineLater({
  'bounty-badge': async () => (await import('./elements/bounty-badge/bounty-badge.ts')).BountyBadge,
  'bounty-pricing': async () => (await import('./elements/bounty-pricing/bounty-pricing.ts')).BountyPricing,
  'execution-monitor': async () => (await import('./elements/execution-monitor/execution-monitor.ts')).ExecutionMonitor,
  'bounty-detail': async () => (await import('./elements/bounty-detail/bounty-detail.ts')).BountyDetail,
  'bounty-leaderboard': async () =>
    (await import('./elements/bounty-leaderboard/bounty-leaderboard.ts')).BountyLeaderboard,
});
