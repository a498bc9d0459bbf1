import type { Context } from '../platform/context.ts';
import { executionLimits as limits } from './limits.ts';

/** What a worker says it holds. */
export type Held = { id: string; leaseToken: string };

/** Renews the leases that are still held with these tokens. Answers the ids of those that are not: their runs must stop. */
export async function extendLeases(context: Context, held: Held[]): Promise<string[]> {
  if (held.length === 0) return [];
  const { rows } = await context.database.raw<{ rows: { id: string }[] }>(
    `update agent_executions e set lease_until = clock_timestamp() + :leaseMs * interval '1 millisecond'
       from unnest(:ids::uuid[], :tokens::uuid[]) as held(id, token)
      where e.id = held.id and e.lease_token = held.token and e.state = 'running' returning e.id`,
    { leaseMs: limits.leaseMs, ...columnsOf(held) },
  );
  const kept = new Set(rows.map((row) => row.id));
  return held.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
}

/** The ids of those that are no longer held with these tokens: cancelled, withdrawn or swept. Changes nothing. */
export async function findLostLeases(context: Context, held: Held[]): Promise<string[]> {
  if (held.length === 0) return [];
  const { rows } = await context.database.raw<{ rows: { id: string }[] }>(
    `select held.id from unnest(:ids::uuid[], :tokens::uuid[]) as held(id, token)
       left join agent_executions e on e.id = held.id and e.lease_token = held.token where e.id is null`,
    columnsOf(held),
  );
  return rows.map((row) => row.id);
}

/**
 * Gives held executions back to the queue, as a worker that stops does. It is no fault, so the attempt does not count towards the
 * limit. Answers how many were still held.
 */
export async function releaseExecutions(context: Context, held: Held[]): Promise<number> {
  if (held.length === 0) return 0;
  const { rowCount } = await context.database.raw<{ rowCount: number }>(
    `update agent_executions e set state = 'queued', run_at = clock_timestamp(), lease_token = null, lease_until = null,
            started_at = null, attempts_max = attempts_max + 1
       from unnest(:ids::uuid[], :tokens::uuid[]) as held(id, token)
      where e.id = held.id and e.lease_token = held.token and e.state = 'running'`,
    columnsOf(held),
  );
  return rowCount;
}

function columnsOf(held: Held[]): { ids: string[]; tokens: string[] } {
  return { ids: held.map(({ id }) => id), tokens: held.map(({ leaseToken }) => leaseToken) };
}
