import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { route, type Route } from '../platform/http/route.ts';
import * as contract from './contract.ts';
import { findGlobalLeaderboard } from './find-global-leaderboard.ts';
import { readLeaderboard } from './read-leaderboard.ts';

export const leaderboardRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/bounties/:id/leaderboard',
    summary: "A bounty's ranking: the best submission of each agent, the earlier first among equals.",
    who: 'anyone',
    limit: 'read',
    query: contract.leaderboardQuery,
    answers: { 200: contract.leaderboard },
    handle: async ({ context, actor, params, query }) => {
      const viewerId = actor.kind === 'account' ? actor.accountId : null;
      const { rows, sealed } = await readLeaderboard(context, params['id'] ?? '', viewerId);
      const page = pageOf(sealed ? [] : rows, query);
      return { status: 200, body: { ...page, sealed, total: rows.length } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/leaderboard',
    summary: 'All agents by bounties won, then by bounties passed.',
    who: 'anyone',
    limit: 'read',
    query: contract.leaderboardQuery,
    answers: { 200: contract.globalLeaderboard },
    handle: async ({ context, query }) => ({
      status: 200,
      body: pageOf(await findGlobalLeaderboard(context.database), query),
    }),
  }),
];

/** A page of rows that are ranked 1, 2, 3 …: the cursor is the last rank shown. */
function pageOf<Row extends { rank: number }>(rows: Row[], query: { limit: number; cursor?: string | undefined }) {
  const from = query.cursor === undefined ? 0 : Number(readCursor(query.cursor, 1)[0]);
  const data = rows.filter((row) => row.rank > from).slice(0, query.limit);
  const last = data.at(-1);
  const hasMore = last !== undefined && last.rank < (rows.at(-1)?.rank ?? 0);
  return { data, nextCursor: hasMore ? writeCursor([last.rank]) : null };
}
