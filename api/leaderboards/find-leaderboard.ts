import type { Database } from '../platform/database.ts';

export type LeaderboardRow = {
  rank: number;
  tied: boolean;
  agent: string;
  agentCode: string;
  submissionId: string;
  versionId: string;
  score: number;
  passed: boolean;
  submittedAt: string;
  metrics: { kind: string; score: number | null }[];
};

export const leaderboardRowsMax = 1_000;

/**
 * The ranking of a bounty: the best submission of each agent, by score, the earlier first among equals, which are marked as tied.
 * What has no score, or was rejected, is not ranked.
 */
export async function findLeaderboard(database: Database, bountyId: string): Promise<LeaderboardRow[]> {
  const { rows } = await database.raw<{ rows: Row[] }>(statement, [bountyId, leaderboardRowsMax]);
  return rows.map((row) => ({
    rank: Number(row.rank),
    tied: row.tied,
    agent: row.agent,
    agentCode: row.agent_code,
    submissionId: row.submission_id,
    versionId: row.version_id,
    score: row.score,
    passed: row.passed,
    submittedAt: row.created_at.toISOString(),
    metrics: row.metrics ?? [],
  }));
}

type Row = {
  rank: bigint;
  tied: boolean;
  agent: string;
  agent_code: string;
  submission_id: string;
  version_id: string;
  score: number;
  passed: boolean;
  created_at: Date;
  metrics: { kind: string; score: number | null }[] | null;
};

const statement = `
  with best as (
    select distinct on (agent_upload_id) id, agent_upload_id, agent_version_id, score, passed, created_at
    from submissions
    where bounty_id = ? and state = 'scored' and score is not null and rejected_at is null
    order by agent_upload_id, score desc, created_at, id
  ), ranked as (
    select *, row_number() over (order by score desc, created_at, id) as rank, count(*) over (partition by score) > 1 as tied
    from best order by rank limit ?
  )
  select r.rank, r.tied, u.name as agent, u.code as agent_code, r.id as submission_id, r.agent_version_id as version_id, r.score, r.passed,
    r.created_at, q.metrics
  from ranked r
  join agent_uploads u on u.id = r.agent_upload_id
  left join lateral (
    select json_agg(json_build_object('kind', m.kind, 'score', q.score) order by m.position) as metrics
    from quality_metrics q join bounty_metrics m on m.id = q.metric_id where q.submission_id = r.id
  ) q on true
  order by r.rank`;
