import type pg from 'pg';
import type { Logger } from '../logger.ts';

export type FeedEvent = {
  seq: number;
  type: string;
  audience: 'public' | 'account';
  accountId: string | null;
  bountyId: string | null;
  executionId: string | null;
  payload: object;
};

export type EventFeed = {
  subscribe(listener: (events: FeedEvent[]) => void): () => void;
  since(seq: number, where: { bountyIds: string[]; executionIds: string[]; board: boolean }): Promise<FeedEvent[]>;
  close(): Promise<void>;
};

const reconnectMs = 500;
const columns = 'seq, type, audience, account_id, bounty_id, execution_id, payload';
const replayMax = 500;

/**
 * Hears every committed event through LISTEN on one connection of `pool` and hands them to the subscribers in batches.
 * When that connection dies it is opened again, and what was missed meanwhile is read from the table.
 */
export async function openEventFeed(pool: pg.Pool, logger: Logger): Promise<EventFeed> {
  const listeners = new Set<(events: FeedEvent[]) => void>();
  const waiting: string[] = [];
  let lastSeq = Number((await pool.query('select coalesce(max(seq), 0) as seq from events')).rows[0].seq);
  let client: pg.PoolClient | null = null;
  let closed = false;
  let reading = false;
  let again: NodeJS.Timeout | null = null;

  async function connect(): Promise<void> {
    const opened = await pool.connect();
    client = opened;
    opened.on('notification', ({ payload }) => {
      if (payload !== undefined) waiting.push(payload);
      void drain();
    });
    opened.on('error', (error) => {
      logger.warn({ err: error }, 'the event connection was lost; reconnecting');
      reconnect();
    });
    await opened.query('listen quarry_events');
  }

  function reconnect(): void {
    drop();
    if (closed || again !== null) return;
    again = setTimeout(() => {
      again = null;
      connect().then(catchUp, reconnect);
    }, reconnectMs);
  }

  function drop(): void {
    const dropped = client;
    client = null;
    dropped?.release(true);
  }

  async function catchUp(): Promise<void> {
    const { rows } = await pool.query(`select ${columns} from events where seq > $1 order by seq limit 5000`, [
      lastSeq,
    ]);
    tell(rows.map(readRow));
  }

  async function drain(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (waiting.length > 0) {
        const seqs = waiting.splice(0, 1000);
        if (listeners.size === 0) {
          lastSeq = Math.max(lastSeq, ...seqs.map(Number));
          continue;
        }
        const { rows } = await pool.query(`select ${columns} from events where seq = any($1::bigint[]) order by seq`, [
          seqs,
        ]);
        tell(rows.map(readRow));
      }
    } catch (error) {
      logger.warn({ err: error }, 'events could not be read; readers catch up when they resume');
    } finally {
      reading = false;
    }
  }

  function tell(events: FeedEvent[]): void {
    if (events.length === 0) return;
    lastSeq = Math.max(lastSeq, ...events.map((event) => event.seq));
    for (const listener of listeners) listener(events);
  }

  await connect();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async since(seq, where) {
      const { rows } = await pool.query(
        `select ${columns} from events where seq > $1
           and (bounty_id = any($2::uuid[]) or execution_id = any($3::uuid[]) or ($4 and type in ('bounty.changed', 'leaderboard.changed')))
         order by seq limit ${replayMax}`,
        [seq, where.bountyIds, where.executionIds, where.board],
      );
      return rows.map(readRow);
    },
    async close() {
      closed = true;
      if (again !== null) clearTimeout(again);
      drop();
    },
  };
}

function readRow(row: Record<string, unknown>): FeedEvent {
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
