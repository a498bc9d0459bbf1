import type { EventFeed } from './event-feed.ts';
import { pageMax } from './event-feed.ts';
import type { FeedEvent, WantedEvents } from './find-events.ts';

const pagesMax = 20;

/** Somebody who listens again. `deliver` resolves when there is room for more; `isGone`: nobody listens any more, or to something else. */
export type Resuming = {
  since: number;
  wanted: WantedEvents;
  deliver(events: FeedEvent[]): Promise<void>;
  isGone(): boolean;
};

/**
 * Tells everything wanted that was missed, page by page, and answers the numbers of what was read. When it is more than 10,000 events, or
 * some are too old to be there, `isTooMuch`: the rest is not told, and the reader should read anew what it shows. `since` 0 is whatever
 * there is.
 */
export async function tellMissed(
  feed: EventFeed,
  { since, wanted, deliver, isGone }: Resuming,
): Promise<{ told: Set<number>; isTooMuch: boolean }> {
  const told = new Set<number>();
  let seq = await feed.resumePoint(since);
  for (let page = 0; page < pagesMax; page += 1) {
    const events = await feed.since(seq, wanted);
    if (isGone()) return { told, isTooMuch: false };
    for (const event of events) told.add(event.seq);
    await deliver(events);
    if (events.length < pageMax) return { told, isTooMuch: since > 0 && (await feed.isForgotten(since)) };
    seq = events.at(-1)?.seq ?? seq;
  }
  return { told, isTooMuch: true };
}
