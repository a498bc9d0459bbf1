import type { Context } from '../platform/context.ts';
import type { Allowed, ExecutionClass } from './execution.ts';
import { executionLimits as limits } from './limits.ts';

/** An execution that this worker holds until its lease ends; `leaseToken` fences its result. `input` is JSON text, null for a case. */
export type ClaimedExecution = {
  id: string;
  class: ExecutionClass;
  accountId: string;
  /** Whose share of the workers it takes: the bounty's workspace, or the account that tests. */
  tenantId: string;
  bountyId: string | null;
  submissionId: string | null;
  caseId: string | null;
  /** Its case's; null for an input of one's own. */
  visibility: 'public' | 'private' | null;
  agentVersionId: string;
  input: string | null;
  seed: bigint;
  clockMs: bigint;
  /** The execution this one repeats with its recorded tool answers; null for all but replays. */
  replayOf: string | null;
  /** What the run was allowed that this one repeats; null for all but replays, and for runs from before it was kept. */
  allowed: Allowed | null;
  attempt: number;
  leaseToken: string;
};

/**
 * How many may be taken: `room` in all, `roomForOthers` of it for runs nobody watches, and besides so many of a class as are kept for it.
 * Accounts in `notFor` and tenants in `notForTenants` get none.
 */
export type ClaimRoom = {
  room: number;
  roomForOthers: number;
  keptForCompetition?: number;
  keptForRejudge?: number;
  notFor?: string[];
  notForTenants?: string[];
};

// What people at a screen leave of the room that is everybody's, and what submissions leave of that beyond what is kept for them.
const shared = 'greatest(0, least(:others::int, :room::int - (select count(*) from watched)))';
const left = `greatest(0, ${shared} - greatest(0, (select count(*) from entered) - :keptForCompetition::int))`;

const due = (name: string, executionClass: ExecutionClass, limit: string) => `${name} as materialized (
    select id from agent_executions
     where state = 'queued' and class = '${executionClass}' and run_at <= statement_timestamp() and account_id <> all(:notFor::uuid[])
       and tenant_id <> all(:notForTenants::uuid[])
     order by priority desc, run_at for update skip locked limit ${limit})`;

/**
 * Takes due executions, people at a screen first, then submissions, then what is judged again, each by priority. One statement, so that
 * two workers never hold the same one; the lease ends by the database's clock.
 */
export async function claimExecutions(context: Context, free: ClaimRoom): Promise<ClaimedExecution[]> {
  const { rows } = await context.database.raw<{ rows: ClaimedExecution[] }>(
    `with ${due('watched', 'interactive', ':room::int')},
     ${due('entered', 'competition', `:keptForCompetition::int + ${shared}`)},
     ${due('rejudged', 'rejudge', `:keptForRejudge::int + ${left}`)},
     picked as (select id from watched union all select id from entered union all select id from rejudged),
     taken as (update agent_executions e
        set state = 'running', attempt = attempt + 1, started_at = clock_timestamp(),
            lease_token = gen_random_uuid(), lease_until = clock_timestamp() + :leaseMs * interval '1 millisecond'
       from picked where e.id = picked.id
     returning e.id, e.class, e.account_id as "accountId", e.tenant_id as "tenantId", e.replay_of as "replayOf", e.bounty_id as "bountyId", e.submission_id as "submissionId",
       e.case_id as "caseId", (select visibility from bounty_cases where id = e.case_id) as visibility,
       (select allowed from agent_executions where id = e.replay_of) as allowed, e.agent_version_id as "agentVersionId", e.input::text as input, e.seed, e.clock_ms as "clockMs",
       e.attempt, e.lease_token as "leaseToken")
     -- An update answers its rows in whatever order it found them.
     select taken.* from taken join agent_executions q using (id) order by q.priority desc, q.run_at`,
    {
      room: free.room,
      others: free.roomForOthers,
      keptForCompetition: free.keptForCompetition ?? 0,
      keptForRejudge: free.keptForRejudge ?? 0,
      notFor: free.notFor ?? [],
      notForTenants: free.notForTenants ?? [],
      leaseMs: limits.leaseMs,
    },
  );
  return rows;
}
