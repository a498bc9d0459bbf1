import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { flagRules } from './flag-rules.ts';

export type Flag = {
  id: string;
  rule: string;
  /** Of a version of an agent; null where the flag is on a bounty. */
  agent_code: string | null;
  agent_name: string | null;
  version: number | null;
  bounty_code: string | null;
  bounty_title: string | null;
  execution_id: string | null;
  evidence: object;
  times: number;
  state: 'open' | 'dismissed' | 'upheld';
  created_at: Date;
  last_at: Date;
};

/** Flags in a state, the latest seen first; those of patient rules only once they came often enough. */
export async function findFlags(database: Database, state: Flag['state']): Promise<Flag[]> {
  const rules = Object.entries(flagRules);
  return select(database)
    .where('f.state', state)
    .whereRaw(
      'f.times >= coalesce((select after from unnest(?::text[], ?::int[]) as patience(rule, after) where patience.rule = f.rule), 1)',
      [rules.map(([rule]) => rule), rules.map(([, { showAfter }]) => showAfter)],
    )
    .orderBy('f.last_at', 'desc')
    .limit(100);
}

/** One flag. Throws `not_found`. */
export async function findFlag(database: Database, id: string): Promise<Flag> {
  const flag: Flag | undefined = await select(database).where('f.id', id).first();
  if (flag === undefined) throw new Failure('not_found');
  return flag;
}

function select(database: Database) {
  return database('content_flags as f')
    .leftJoin('agent_uploads as a', 'a.id', 'f.agent_upload_id')
    .leftJoin('agent_versions as v', 'v.id', 'f.agent_version_id')
    .leftJoin('bounties as b', 'b.id', 'f.bounty_id')
    .select('a.code as agent_code', 'a.name as agent_name', 'v.number as version', 'f.*')
    .select('b.code as bounty_code', 'b.title as bounty_title');
}
