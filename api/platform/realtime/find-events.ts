import type pg from 'pg';

export type FeedEvent = {
  seq: number;
  type: string;
  audience: 'public' | 'account';
  accountId: string | null;
  bountyId: string | null;
  executionId: string | null;
  payload: object;
};

/** Which events are asked for: of bounties, of executions, of the board of all bounties, and of runs: one account's, everybody's or nobody's. */
export type WantedEvents = {
  bountyIds: string[];
  executionIds: string[];
  board: boolean;
  runsOf: { accountId: string } | 'everybody' | null;
};

const columns = 'seq, type, audience, account_id, bounty_id, execution_id, payload';

// A transaction commits within so long and so many events of writing one, or its later events are missed by those who resume meanwhile.
const lateMs = 10_000;
const lateEvents = 1_000;

/** Events with a higher number, in order, at most `limit`. Each kind is looked for by its own index. */
export async function findEventsSince(
  pool: pg.Pool,
  seq: number,
  wanted: WantedEvents,
  limit: number,
): Promise<FeedEvent[]> {
  const values: unknown[] = [seq, limit];
  const sources: string[] = [];
  const add = (where: string, ...more: unknown[]) => {
    const filled = where.replace('?', () => `$${values.push(...more)}`);
    sources.push(`(select ${columns} from events where seq > $1 and ${filled} order by seq limit $2)`);
  };
  if (wanted.bountyIds.length > 0) add('bounty_id = any(?::uuid[]) and execution_id is null', wanted.bountyIds);
  if (wanted.executionIds.length > 0) add('execution_id = any(?::uuid[])', wanted.executionIds);
  if (wanted.board) add(`type in ('bounty.changed', 'leaderboard.changed')`);
  if (wanted.runsOf === 'everybody') add(`type = 'execution.changed'`);
  else if (wanted.runsOf !== null) add(`type = 'execution.changed' and account_id = ?::uuid`, wanted.runsOf.accountId);
  if (sources.length === 0) return [];
  const { rows } = await pool.query(
    `select * from (${sources.join(' union ')}) as found order by seq limit $2`,
    values,
  );
  return rows.map(readEvent);
}

/** All events with a higher number, in order, at most `limit`. */
export async function findAllEventsSince(pool: pg.Pool, seq: number, limit: number): Promise<FeedEvent[]> {
  const query = `select ${columns} from events where seq > $1 order by seq limit $2`;
  return (await pool.query(query, [seq, limit])).rows.map(readEvent);
}

/** The events with these numbers, in order. */
export async function findEvents(pool: pg.Pool, seqs: string[]): Promise<FeedEvent[]> {
  const query = `select ${columns} from events where seq = any($1::bigint[]) order by seq`;
  return (await pool.query(query, [seqs])).rows.map(readEvent);
}

/**
 * From where on somebody reads who heard everything up to `seq`: a little earlier, because an event gets its number when it is written and
 * is there when its transaction commits, which may be after one with a higher number. Whoever reads from there knows some already.
 */
export async function findResumePoint(pool: pg.Pool, seq: number): Promise<number> {
  const { rows } = await pool.query(
    `select coalesce(min(seq) - 1, $1::bigint) as seq from events
      where seq > $1::bigint - ${lateEvents} and seq <= $1::bigint and at > (select at from events where seq = $1::bigint) - $2 * interval '1 ms'`,
    [seq, lateMs],
  );
  return Number(rows[0].seq);
}

/** Whether events after `seq` were there and are not any more: they were too old (forget-events.ts). Of those that stay none counts. */
export async function isForgotten(pool: pg.Pool, seq: number): Promise<boolean> {
  const query = `select seq from events where type <> 'payment.needs_attention' order by seq limit 1`;
  const [oldest] = (await pool.query(query)).rows;
  return oldest !== undefined && Number(oldest.seq) > seq + 1;
}

function readEvent(row: Record<string, unknown>): FeedEvent {
  return {
    seq: Number(row['seq']),
    type: row['type'] as string,
    audience: row['audience'] as FeedEvent['audience'],
    accountId: row['account_id'] as string | null,
    bountyId: row['bounty_id'] as string | null,
    executionId: row['execution_id'] as string | null,
    payload: row['payload'] as object,
  };
}
