import type { Database } from '../platform/database.ts';
import { findLeaderboard, type LeaderboardRow } from './find-leaderboard.ts';

const boardsMax = 500;
const kept = new WeakMap<Database, Map<string, { version: bigint; rows: Promise<LeaderboardRow[]> }>>();

/**
 * The ranking of a bounty, kept in this process for as long as the bounty's version stays the same: whatever changes a board touches its
 * bounty (bounties/touch-bounty.ts) in the same transaction, so a version that was read vouches for its rows. Readers of one version
 * share one query.
 */
export function keepLeaderboard(
  database: Database,
  bounty: { id: string; version: bigint },
): Promise<LeaderboardRow[]> {
  const boards = kept.get(database) ?? new Map<string, { version: bigint; rows: Promise<LeaderboardRow[]> }>();
  kept.set(database, boards);
  const known = boards.get(bounty.id);
  if (known !== undefined && known.version >= bounty.version) return known.rows;
  const rows = findLeaderboard(database, bounty.id);
  boards.delete(bounty.id);
  boards.set(bounty.id, { version: bounty.version, rows });
  rows.catch(() => boards.delete(bounty.id));
  const oldest = boards.keys().next();
  if (boards.size > boardsMax && !oldest.done) boards.delete(oldest.value);
  return rows;
}
