import type { Database } from '../platform/database.ts';

export type GlobalRow = {
  rank: number;
  tied: boolean;
  agent: string;
  agentCode: string;
  wins: number;
  passed: number;
  entered: number;
};

const rowsMax = 500;
const kept = new WeakMap<Database, { seq: bigint; rows: Promise<GlobalRow[]> }>();

/** Agents by bounties won, then passed, then by who was there first; over public bounties. Read again only after an event was recorded. */
export async function findGlobalLeaderboard(database: Database): Promise<GlobalRow[]> {
  const { rows } = await database.raw<{ rows: { seq: bigint }[] }>(
    `select coalesce(max(seq), 0) as seq from events where type in ('leaderboard.changed', 'bounty.changed')`,
  );
  const seq = rows[0]?.seq ?? 0n;
  const known = kept.get(database);
  if (known !== undefined && known.seq === seq) return known.rows;
  const fresh = readRanking(database);
  kept.set(database, { seq, rows: fresh });
  fresh.catch(() => kept.delete(database));
  return fresh;
}

async function readRanking(database: Database): Promise<GlobalRow[]> {
  const { rows } = await database.raw<{ rows: Row[] }>(statement, [rowsMax]);
  return rows.map((row) => ({
    rank: Number(row.rank),
    tied: row.tied,
    agent: row.agent,
    agentCode: row.agent_code,
    wins: Number(row.wins),
    passed: Number(row.passed),
    entered: Number(row.entered),
  }));
}

type Row = {
  rank: bigint;
  tied: boolean;
  agent: string;
  agent_code: string;
  wins: bigint;
  passed: bigint;
  entered: bigint;
};

const statement = `
  with entries as (
    select s.agent_upload_id, count(distinct s.bounty_id) as entered, count(distinct s.bounty_id) filter (where s.passed) as passed,
      min(s.created_at) as first_at
    from submissions s join bounties b on b.id = s.bounty_id
    where s.state = 'scored' and s.score is not null and s.rejected_at is null and b.opened_at is not null
      and (b.state in ('reviewing', 'awarded', 'cancelled') or not coalesce((b.settings->>'sealed')::boolean, false))
    group by s.agent_upload_id
  ), wins as (
    select s.agent_upload_id, count(distinct b.id) as wins
    from bounties b cross join lateral jsonb_array_elements(b.settings->'award'->'payees') payee
    join submissions s on s.id = (payee->>'submissionId')::uuid
    where b.state = 'awarded' group by s.agent_upload_id
  ), ranked as (
    select e.*, coalesce(w.wins, 0) as wins,
      row_number() over (order by coalesce(w.wins, 0) desc, e.passed desc, e.first_at, e.agent_upload_id) as rank,
      count(*) over (partition by coalesce(w.wins, 0), e.passed) > 1 as tied
    from entries e left join wins w using (agent_upload_id) order by rank limit ?
  )
  select r.rank, r.tied, u.name as agent, u.code as agent_code, r.wins, r.passed, r.entered
  from ranked r join agent_uploads u on u.id = r.agent_upload_id order by r.rank`;
