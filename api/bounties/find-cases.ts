import type { Database } from '../platform/database.ts';

export type CaseRow = {
  id: string;
  position: number;
  visibility: 'public' | 'private';
  input: unknown;
  expected: unknown;
};

/** A bounty's cases in the order they were posted, from a position on; private ones only when asked for. */
export async function findCases(
  database: Database,
  bountyId: string,
  choose: { withPrivate: boolean; after?: number; limit?: number },
): Promise<CaseRow[]> {
  const query = database<CaseRow>('bounty_cases').where('bounty_id', bountyId).orderBy('position');
  if (!choose.withPrivate) query.where('visibility', 'public');
  if (choose.after !== undefined) query.where('position', '>', choose.after);
  if (choose.limit !== undefined) query.limit(choose.limit);
  return query.select('id', 'position', 'visibility', 'input', 'expected');
}

/** The ids of all cases, public ones included: every submission is run on each. */
export async function findCaseIds(database: Database, bountyId: string): Promise<string[]> {
  return database('bounty_cases').where('bounty_id', bountyId).orderBy('position').pluck('id');
}
