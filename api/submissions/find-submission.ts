import type { Knex } from 'knex';
import type { DisputeState } from '../disputes/dispute.ts';
import type { Database } from '../platform/database.ts';
import type { StoredVerdict, SubmissionState } from './submission.ts';

/** A submission with what people read of it; `done` and `total` count its runs. */
export type SubmissionRow = {
  id: string;
  bounty_id: string;
  bounty_code: string;
  account_id: string;
  agent: string;
  agent_code: string;
  agent_version_id: string;
  state: SubmissionState;
  verdict: StoredVerdict | null;
  created_at: Date;
  scored_at: Date | null;
  rejected_at: Date | null;
  rejected_reason: string | null;
  dispute_id: string | null;
  dispute_state: DisputeState | null;
  decide_by: Date | null;
  created_key: string;
  started: bigint;
  done: bigint;
  total: bigint;
};

/** The submission with this id; null when there is none. */
export async function findSubmission(database: Database, submissionId: string): Promise<SubmissionRow | null> {
  const [row] = await findSubmissions(database, (query) => void query.where('s.id', submissionId));
  return row ?? null;
}

/** The submissions that `choose` picks and orders (table alias `s`). */
export async function findSubmissions(
  database: Database,
  choose: (query: Knex.QueryBuilder) => void,
): Promise<SubmissionRow[]> {
  const query = database('submissions as s')
    .join('bounties as b', 'b.id', 's.bounty_id')
    .join('agent_uploads as u', 'u.id', 's.agent_upload_id')
    .leftJoin('disputes as d', 'd.submission_id', 's.id')
    .joinRaw(runsOf)
    .select(
      's.id',
      's.bounty_id',
      'b.code as bounty_code',
      's.account_id',
      'u.name as agent',
      'u.code as agent_code',
      's.agent_version_id',
      's.state',
      's.verdict',
      's.created_at',
      's.scored_at',
      's.rejected_at',
      's.rejected_reason',
      'd.id as dispute_id',
      'd.state as dispute_state',
      'd.decide_by',
      'runs.started',
      'runs.done',
      'runs.total',
    )
    .select(database.raw(`to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_key`));
  choose(query);
  return query;
}

const runsOf = `left join lateral (
  select count(*) as total, count(*) filter (where e.state not in ('queued', 'running')) as done,
    count(*) filter (where e.state <> 'queued') as started
  from agent_executions e where e.submission_id = s.id
) runs on true`;
