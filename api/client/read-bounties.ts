import { get, type Connection } from './request.ts';
import type { BountyCardWire, BountyWire, LeaderboardRowWire, Page } from './wire-types.ts';

type BountyFilter = {
  workspace?: string | undefined;
  state?: string | undefined;
  q?: string | undefined;
  limit?: number;
};

/** A page of public bounties, newest first; each function is apart so that a page loads only what it uses. */
export function readBounties(connection: Connection, filter: BountyFilter = {}): Promise<Page<BountyCardWire>> {
  return get(connection, '/api/bounties', filter);
}

/** One bounty by id or code. */
export function readBounty(connection: Connection, id: string): Promise<BountyWire> {
  return get(connection, `/api/bounties/${encodeURIComponent(id)}`);
}

/** The ranking of one bounty. */
export function readLeaderboard(
  connection: Connection,
  id: string,
): Promise<Page<LeaderboardRowWire> & { sealed: boolean; total: number }> {
  return get(connection, `/api/bounties/${encodeURIComponent(id)}/leaderboard`);
}
