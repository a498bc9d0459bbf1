import type { Context } from '../context.ts';
import { lives } from '../lives.ts';

const batch = 1_000;
const batchesMax = 100;

/**
 * Forgets events that are too old to be told to who was away, the oldest first, a thousand at a time. What the platform's admins were
 * alarmed about stays, and so does the newest event: a reader who comes back from before it is told to read anew (tell-missed.ts). They
 * are found by their numbers, which they get in the order of time. Answers how many.
 */
export async function forgetEvents({ database }: Context): Promise<number> {
  let forgotten = 0;
  for (let n = 0; n < batchesMax; n += 1) {
    const { rowCount } = await database.raw<{ rowCount: number }>(
      `delete from events e using (
         select seq, at from events where type <> 'payment.needs_attention' order by seq limit ?
       ) as oldest
       where oldest.seq = e.seq and oldest.at < clock_timestamp() - ? * interval '1 hour' and e.seq < (select max(seq) from events)`,
      [batch, lives.eventHours],
    );
    forgotten += rowCount;
    if (rowCount < batch) break;
  }
  return forgotten;
}
