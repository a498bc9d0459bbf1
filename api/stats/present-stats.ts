import type { PlatformStats } from './contract.ts';
import type { Stats } from './find-platform-stats.ts';

/** Counts and money as numbers; every figure fits (at most 2^53 − 1). */
export function presentStats({ bounties, money, ...counts }: Stats): PlatformStats {
  return {
    bounties: { open: Number(bounties.open), awarded: Number(bounties.awarded), total: Number(bounties.total) },
    agents: Number(counts.agents),
    submissions: Number(counts.submissions),
    executions: Number(counts.executions),
    money: money.map(({ currency, heldMinor, releasedMinor, refundedMinor }) => ({
      currency,
      heldMinor: Number(heldMinor),
      releasedMinor: Number(releasedMinor),
      refundedMinor: Number(refundedMinor),
    })),
  };
}
