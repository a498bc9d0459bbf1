import { waitForWriters } from '../ledger/wait-for-writers.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';

/** From a moment up to, and without, another one; both at midnight UTC, or the second at the moment of asking. */
export type Period = { from: Date; until: Date };

const dayMs = 86_400_000;

/**
 * The days from the first to the last, both whole (UTC); the month so far when nothing is said. One that has not ended ends now. Throws
 * `invalid_value` where the last day is before the first, or the first has not come.
 */
export function readPeriod(context: Context, days: { from?: string | undefined; to?: string | undefined }): Period {
  const now = new Date(context.clock.nowMs());
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const from = days.from === undefined ? month : new Date(days.from);
  const end = days.to === undefined ? now : new Date(new Date(days.to).getTime() + dayMs);
  const until = end > now ? now : end;
  if (until <= from)
    throw new Failure(
      'invalid_value',
      'The period has no day that has come. Give "from" and "to" as days like 2026-11-01, the earlier first.',
    );
  return { from, until };
}

/** A whole year (UTC), or what has passed of it. Throws `invalid_value` for one that has not begun. */
export function readYear(context: Context, year: number | undefined): Period {
  const now = new Date(context.clock.nowMs());
  const asked = year ?? now.getUTCFullYear();
  const next = new Date(Date.UTC(asked + 1, 0, 1));
  const from = new Date(Date.UTC(asked, 0, 1));
  if (from > now) throw new Failure('invalid_value', `${asked} has not begun. Give a year that has.`);
  return { from, until: next > now ? now : next };
}

/** Makes a period final before it is read: what was on its way to the ledger has arrived, so that it reads the same for ever. */
export async function closePeriod(context: Context): Promise<void> {
  await waitForWriters(context.database);
}
