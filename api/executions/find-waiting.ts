import type { Database } from '../platform/database.ts';
import type { ExecutionClass } from './execution.ts';
import { postponedOutcome } from './result.ts';

/**
 * Why an execution waits: how long it has been due (below 0: not yet), who goes before it in its class, counted up to 1,000, and what runs:
 * in all, of its account, and for its workspace.
 */
export type Waiting = {
  class: ExecutionClass;
  attempt: number;
  waitedMs: number;
  /** Its agent had sent as many requests as it may. */
  isPostponed: boolean;
  ahead: number;
  running: number;
  ownRunning: number;
  workspaceRunning: number;
};

/** Looked for in the order in which claimExecutions takes them; runs whose lease has ended are nobody's. Null once it does not wait. */
export async function findWaiting(database: Database, id: string): Promise<Waiting | null> {
  const { rows } = await database.raw<{ rows: Waiting[] }>(
    `select e.class, e.attempt, extract(epoch from clock_timestamp() - e.run_at)::float8 * 1000 as "waitedMs", e.outcome is not distinct from ? as "isPostponed",
            before.count::int as ahead, busy.running::int, busy.own::int as "ownRunning", busy.workspace::int as "workspaceRunning"
       from agent_executions e,
       lateral (select count(*) from (
         select 1 from agent_executions o where o.state = 'queued' and o.class = e.class and o.priority > e.priority and o.run_at <= statement_timestamp()
         union all
         select 1 from agent_executions o where o.state = 'queued' and o.class = e.class and o.priority = e.priority and o.run_at < e.run_at
         limit 1000) as earlier) as before,
       lateral (select count(*) as running, count(*) filter (where o.account_id = e.account_id) as own, count(*) filter (where o.tenant_id = e.tenant_id) as workspace
         from agent_executions o where o.state = 'running' and o.lease_until > statement_timestamp()) as busy
      where e.id = ? and e.state = 'queued'`,
    [postponedOutcome, id],
  );
  return rows[0] ?? null;
}
