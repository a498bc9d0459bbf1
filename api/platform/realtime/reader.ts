import type { WebSocket } from 'ws';
import type { Actor } from '../http/actor.ts';
import type { EventFeed } from './event-feed.ts';
import type { FeedEvent, WantedEvents } from './find-events.ts';
import { tellMissed } from './tell-missed.ts';
import { concerns, type Topic } from './topics.ts';

const backlogBytesMax = 4 * 1024 * 1024;
const heldMax = 10_000;

/** One client of the stream: what it listens to, and what of that it was told. */
export type Reader = {
  /** Takes in events as they come. */
  hear(events: FeedEvent[]): void;
  /** Listens to these topics from now on; with `since`, tells first what was missed of them. */
  follow(topics: Topic[], since: number | undefined): Promise<void>;
};

/** Tells a client the events it may see, each once. One that is too slow to keep up is closed (1013). */
export function openReader(client: WebSocket, actor: Actor, feed: EventFeed): Reader {
  let topics: Topic[] = [];
  let turn = 0;
  /** Events that wait until what was missed before them is told; null when nothing is. */
  let held: FeedEvent[] | null = null;
  /** More than could be kept came in while what was missed was told. */
  let isOverfull = false;
  /** What was told of the missed, until something newer comes: the same may come live, late. */
  let told: ReadonlySet<number> = new Set();

  const topicOf = (event: FeedEvent) =>
    maySee(actor, event) ? topics.find((candidate) => concerns(candidate, event)) : undefined;
  const tooSlow = () => client.close(1013, 'Too slow; resume with "since"');

  function deliver(events: FeedEvent[]): void {
    for (const event of events) {
      const topic = topicOf(event);
      if (topic === undefined) continue;
      if (client.bufferedAmount > backlogBytesMax) return tooSlow();
      const { seq, type, bountyId, executionId, payload } = event;
      say(client, { seq, topic: topic.name, type, bountyId, executionId, payload });
    }
  }

  function deliverLive(events: FeedEvent[]): void {
    const fresh = events.filter(({ seq }) => !told.has(seq));
    if (fresh.length > 0) told = new Set();
    deliver(fresh);
  }

  async function resume(since: number, ours: number): Promise<void> {
    const isGone = () => turn !== ours || client.readyState !== client.OPEN;
    const missed = await tellMissed(feed, {
      since,
      wanted: wantedBy(topics, actor),
      isGone,
      async deliver(events) {
        deliver(events);
        await sent(client);
      },
    });
    if (isGone()) return;
    if (missed.isTooMuch || isOverfull)
      say(client, { reload: 'Too much has happened since then. Read again what you show.' });
    const waiting = held ?? [];
    held = null;
    told = missed.told;
    deliverLive(waiting);
  }

  return {
    hear(events) {
      const ours = events.filter((event) => topicOf(event) !== undefined);
      if (held === null) return deliverLive(ours);
      held.push(...ours);
      if (held.length <= heldMax) return;
      held = [];
      isOverfull = true;
    },
    async follow(others, since) {
      topics = others;
      turn += 1;
      held = since === undefined ? null : [];
      isOverfull = false;
      told = new Set();
      if (since !== undefined) await resume(since, turn);
    },
  };
}

/** Sends a message, unless the client is gone. */
export function say(client: WebSocket, message: object): void {
  if (client.readyState === client.OPEN) client.send(JSON.stringify(message));
}

/** Resolves when everything said so far has left this process. */
function sent(client: WebSocket): Promise<void> {
  if (client.readyState !== client.OPEN) return Promise.resolve();
  return new Promise((resolve) => client.ping(undefined, undefined, () => resolve()));
}

/** What is read for somebody who was away; who may see each event is asked when it is told. */
function wantedBy(topics: Topic[], actor: Actor): WantedEvents {
  const ids = (kinds: string[]) =>
    topics.flatMap((topic) => (kinds.includes(topic.kind) && 'id' in topic ? [topic.id] : []));
  return {
    bountyIds: ids(['bounty', 'leaderboard']),
    executionIds: ids(['execution']),
    board: topics.some((topic) => topic.kind === 'bounties'),
    runsOf: topics.some((topic) => topic.kind === 'executions') ? runsOf(actor) : null,
  };
}

function runsOf(actor: Actor): WantedEvents['runsOf'] {
  if (actor.kind === 'service') return 'everybody';
  return actor.kind === 'account' ? { accountId: actor.accountId } : null;
}

function maySee(actor: Actor, event: FeedEvent): boolean {
  if (event.audience === 'public') return true;
  return actor.kind === 'service' || (actor.kind === 'account' && actor.accountId === event.accountId);
}
