import type { Context } from './context.ts';

const batch = 1_000;
const batchesMax = 100;

/** Which rows: those of a table whose `since` is older than so many hours. `unless`: SQL that is true of one that has to stay. */
export type OldRows = { table: string; since: string; hours: number; unless?: string };

/**
 * Deletes rows that have had their day, the oldest first, a thousand in a transaction, so that nobody waits for long; what somebody has
 * locked stays until the next time. After a hundred thousand the rest is left to the next time too. Answers how many. Any number of
 * workers may do it at once. The column `since` has an index.
 */
export async function forgetRows({ database }: Context, { table, since, hours, unless }: OldRows): Promise<number> {
  let forgotten = 0;
  for (let n = 0; n < batchesMax; n += 1) {
    const { rowCount } = await database.raw<{ rowCount: number }>(
      `delete from :table: where ctid = any(array(
         select ctid from :table: as old where :since: < clock_timestamp() - :hours * interval '1 hour' ${unless === undefined ? '' : `and not (${unless})`}
         order by :since: limit :batch for update skip locked))`,
      { table, since, hours, batch },
    );
    forgotten += rowCount;
    if (rowCount < batch) break;
  }
  return forgotten;
}
