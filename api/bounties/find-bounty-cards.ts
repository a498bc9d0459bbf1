import type { Database } from '../platform/database.ts';
import type { BountyMode, BountySettings, BountyState } from './bounty.ts';

/** A bounty with all that a card shows besides its money. */
export type BountyCardRow = {
  id: string;
  code: string;
  title: string;
  brief: string;
  state: BountyState;
  mode: BountyMode;
  reward_minor: bigint;
  boost_minor: bigint;
  currency: string;
  deadline: Date;
  review_days: number;
  review_until: Date | null;
  settings: BountySettings;
  version: bigint;
  created_at: Date;
  opened_at: Date | null;
  workspace_slug: string;
  workspace_name: string;
  poster_name: string;
  metrics: { id: string; kind: string; weight: number; pass_at: number; settings: object }[];
  public_cases: bigint;
  private_cases: bigint;
  submissions: bigint;
  insured: boolean;
  disputed: boolean;
  best_score: number | null;
  best_agent: string | null;
  best_code: string | null;
};

/** Cards of these bounties, in the order given: one statement, whatever their number. */
export async function findBountyCards(database: Database, bountyIds: string[]): Promise<BountyCardRow[]> {
  if (bountyIds.length === 0) return [];
  const rows: BountyCardRow[] = await database('bounties as b')
    .join('workspaces as w', 'w.id', 'b.workspace_id')
    .join('accounts as p', 'p.id', 'b.poster_account_id')
    .joinRaw(bestSubmission)
    .select(
      ...columns,
      'w.slug as workspace_slug',
      'w.name as workspace_name',
      'p.display_name as poster_name',
      'best.score as best_score',
      'best.agent as best_agent',
      'best.code as best_code',
    )
    .select(
      database.raw(`b.settings - 'award' as settings`),
      database.raw(metricsOf),
      database.raw(casesOf('public')),
      database.raw(casesOf('private')),
      database.raw(insured),
      database.raw(disputed),
      database.raw(
        `(select count(*) from submissions s where s.bounty_id = b.id and s.state <> 'withdrawn') as submissions`,
      ),
    )
    .whereIn('b.id', bountyIds);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return bountyIds.flatMap((id) => byId.get(id) ?? []);
}

const columns = [
  'b.id',
  'b.code',
  'b.title',
  'b.brief',
  'b.state',
  'b.mode',
  'b.reward_minor',
  'b.boost_minor',
  'b.currency',
  'b.deadline',
  'b.review_days',
  'b.review_until',
  'b.version',
  'b.created_at',
  'b.opened_at',
];

// The same order as the board's (api/leaderboards/find-leaderboard.ts): score, then the earlier.
const bestSubmission = `left join lateral (
  select s.score, u.name as agent, u.code from submissions s join agent_uploads u on u.id = s.agent_upload_id
  where s.bounty_id = b.id and s.state = 'scored' and s.score is not null and s.rejected_at is null
  order by s.score desc nulls last, s.created_at, s.id limit 1
) best on true`;

const insured = `exists (select from covers i where i.bounty_id = b.id and i.state in ('open', 'paid')) as insured`;

const disputed = `exists (select from disputes d where d.bounty_id = b.id and d.state in ('open', 'answered')) as disputed`;

const metricsOf = `(
  select json_agg(json_build_object('id', m.id, 'kind', m.kind, 'weight', m.weight, 'pass_at', m.pass_at, 'settings', m.settings) order by m.position)
  from bounty_metrics m where m.bounty_id = b.id
) as metrics`;

const casesOf = (visibility: 'public' | 'private') =>
  `(select count(*) from bounty_cases c where c.bounty_id = b.id and c.visibility = '${visibility}') as ${visibility}_cases`;
