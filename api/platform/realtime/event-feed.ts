import type pg from 'pg';
import type { Logger } from '../logger.ts';
import {
  findAllEventsSince,
  findEvents,
  findEventsSince,
  findResumePoint,
  isForgotten,
  type FeedEvent,
  type WantedEvents,
} from './find-events.ts';
import { openRecentNumbers } from './recent-numbers.ts';

export type EventFeed = {
  subscribe(listener: (events: FeedEvent[]) => void): () => void;
  /** Where to begin for somebody who heard everything up to `seq`; some of what follows they know already. */
  resumePoint(seq: number): Promise<number>;
  /** Whether some of what followed `seq` is too old to be told. */
  isForgotten(seq: number): Promise<boolean>;
  /** The next of the wanted events, in order; fewer than pageMax are the last. */
  since(seq: number, wanted: WantedEvents): Promise<FeedEvent[]>;
  close(): Promise<void>;
};

/** How many events `since` answers at once. */
export const pageMax = 500;

const reconnectMs = 500;
const catchUpPage = 1_000;
// Twice what is read again after a reconnection.
const rememberedMax = 2_000;

/**
 * Hears every committed event through LISTEN on one connection of `pool` and hands each to the subscribers once, in batches.
 * When that connection dies it is opened again, and what was missed meanwhile is read from the table.
 */
export async function openEventFeed(pool: pg.Pool, logger: Logger): Promise<EventFeed> {
  const listeners = new Set<(events: FeedEvent[]) => void>();
  const waiting: string[] = [];
  const known = openRecentNumbers(rememberedMax);
  const firstSeq = Number((await pool.query('select coalesce(max(seq), 0) as seq from events')).rows[0].seq);
  let lastSeq = firstSeq;
  let client: pg.PoolClient | null = null;
  let closed = false;
  let reading = false;
  let again: NodeJS.Timeout | null = null;

  async function connect(): Promise<void> {
    const opened = await pool.connect();
    if (closed) return opened.release(true);
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
      connect().then(catchUp).catch(reconnect);
    }, reconnectMs);
  }

  function drop(): void {
    const dropped = client;
    client = null;
    dropped?.release(true);
  }

  async function catchUp(): Promise<void> {
    let seq = Math.max(firstSeq, await findResumePoint(pool, lastSeq));
    for (;;) {
      const events = await findAllEventsSince(pool, seq, catchUpPage);
      tell(events);
      if (events.length < catchUpPage) return;
      seq = events.at(-1)?.seq ?? seq;
    }
  }

  async function drain(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (waiting.length > 0) {
        const seqs = waiting.splice(0, 1000);
        if (listeners.size === 0) seqs.forEach((seq) => note(Number(seq)));
        else tell(await findEvents(pool, seqs));
      }
    } catch (error) {
      logger.warn({ err: error }, 'events could not be read; reconnecting to read them again');
      reconnect();
    } finally {
      reading = false;
    }
  }

  function tell(events: FeedEvent[]): void {
    const fresh = events.filter(({ seq }) => !known.has(seq));
    if (fresh.length === 0) return;
    for (const { seq } of fresh) note(seq);
    for (const listener of listeners) listener(fresh);
  }

  function note(seq: number): void {
    known.add(seq);
    lastSeq = Math.max(lastSeq, seq);
  }

  await connect();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resumePoint: (seq) => findResumePoint(pool, seq),
    isForgotten: (seq) => isForgotten(pool, seq),
    since: (seq, wanted) => findEventsSince(pool, seq, wanted, pageMax),
    async close() {
      closed = true;
      if (again !== null) clearTimeout(again);
      drop();
    },
  };
}
