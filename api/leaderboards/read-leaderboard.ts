import { findSight } from '../bounties/find-bounty.ts';
import type { Context } from '../platform/context.ts';
import type { LeaderboardRow } from './find-leaderboard.ts';
import { keepLeaderboard } from './keep-leaderboard.ts';

/** The ranking of a bounty that the account may see; `sealed` says that nobody may see the rows yet. Throws `not_found`. */
export async function readLeaderboard(
  context: Context,
  bountyIdOrCode: string,
  accountId: string | null,
): Promise<{ rows: LeaderboardRow[]; sealed: boolean }> {
  const { bounty, scoresHidden } = await findSight(context.database, bountyIdOrCode, accountId);
  return { rows: await keepLeaderboard(context.database, bounty), sealed: scoresHidden };
}
