import type { Knex } from 'knex';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { isUuid, readShortCode } from '../platform/short-code.ts';
import { findBountyCards, type BountyCardRow } from './find-bounty-cards.ts';
import type { BountyState } from './bounty.ts';

export type BountyFilter = {
  limit: number;
  cursor?: string | undefined;
  state?: BountyState | undefined;
  workspace?: string | undefined;
  q?: string | undefined;
  mine: boolean;
  sort: 'newest' | 'ending' | 'reward';
};

/** A page of the bounties that are public, or of all that the account posted. */
export async function listBounties(
  context: Context,
  accountId: string | null,
  filter: BountyFilter,
): Promise<{ rows: BountyCardRow[]; nextCursor: string | null }> {
  if (filter.mine && accountId === null) throw new Failure('unauthenticated', 'Sign in to list your own bounties.');
  const found = await choose(context, accountId, filter);
  const page = found.slice(0, filter.limit);
  const last = page.at(-1);
  const nextCursor = found.length > filter.limit && last !== undefined ? writeCursor([last.key, last.id]) : null;
  const rows = await findBountyCards(
    context.database,
    page.map(({ id }) => id),
  );
  return { rows, nextCursor };
}

/** The ids of the page and one more, with what they are sorted by; cards are read only for these. */
async function choose(
  context: Context,
  accountId: string | null,
  filter: BountyFilter,
): Promise<{ id: string; key: string }[]> {
  const query = context
    .database('bounties as b')
    .join('workspaces as w', 'w.id', 'b.workspace_id')
    .select('b.id', context.database.raw(`${orders[filter.sort].key} as key`))
    .limit(filter.limit + 1);
  if (filter.mine) query.where('b.poster_account_id', accountId);
  else query.whereNotNull('b.opened_at');
  narrow(query, filter);
  fromCursor(query, filter);
  return query;
}

function narrow(query: Knex.QueryBuilder, filter: BountyFilter): void {
  if (filter.state !== undefined) query.where('b.state', filter.state);
  if (filter.workspace !== undefined) query.where(isUuid(filter.workspace) ? 'w.id' : 'w.slug', filter.workspace);
  if (filter.q === undefined) return;
  const code = readShortCode('B', filter.q);
  const pattern = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
  query.where((or) => {
    or.whereILike('b.title', pattern).orWhereILike('b.brief', pattern);
    if (code !== null) or.orWhere('b.code', code);
  });
}

/** Every order ends with the id, so that it is total and a page neither repeats nor skips a row. */
function fromCursor(query: Knex.QueryBuilder, { sort, cursor }: BountyFilter): void {
  const { column, direction, cast } = orders[sort];
  if (cursor !== undefined) {
    const [key, id] = readCursor(cursor, 2);
    if (!isUuid(String(id)) || !cast.test(String(key)))
      throw new Failure('invalid_request', 'The cursor belongs to another list. Start again without "cursor".');
    query.whereRaw(`(${column}, b.id) ${direction === 'asc' ? '>' : '<'} (?::${cast.type}, ?::uuid)`, [
      key ?? '',
      id ?? '',
    ]);
  }
  query.orderByRaw(`${column} ${direction}, b.id ${direction}`);
}

const moment = {
  type: 'timestamptz',
  test: (text: string) => /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) && !Number.isNaN(Date.parse(text)),
};
const amount = { type: 'bigint', test: (text: string) => /^\d{1,16}$/.test(text) };

/** Microseconds, because a cursor that rounds to milliseconds repeats or skips rows. */
const exactTime = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const orders = {
  newest: { column: 'b.created_at', key: exactTime('b.created_at'), direction: 'desc', cast: moment },
  ending: { column: 'b.deadline', key: exactTime('b.deadline'), direction: 'asc', cast: moment },
  reward: { column: 'b.reward_minor', key: 'b.reward_minor::text', direction: 'desc', cast: amount },
} as const;
