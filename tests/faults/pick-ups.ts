import type { Database } from '../../api/platform/database.ts';
import { executionLimits } from '../../api/executions/limits.ts';
import type { Downtime } from './crashable-postgres.ts';
import type { Death, DeathKind } from './worker-fleet.ts';

/** How long executions of workers that died, in one way, waited for their next start. */
export type PickUps = { kind: DeathKind; count: number; medianMs: number; slowestMs: number; late: string[] };

/** The lease, a sweep each second, and a second for a claim. */
export const usualPickUpMs = executionLimits.leaseMs + 2_000;

type Row = { id: string; kind: DeathKind; fromMs: number; toMs: number };

/**
 * Finds what each worker held when it died, and when that was started again by another. Time in which PostgreSQL was away does not
 * count: nobody could have.
 */
export async function findPickUps(
  database: Database,
  deaths: Death[],
  downtimes: Downtime[],
  withinMs: number,
): Promise<PickUps[]> {
  const { rows } = await database.raw<{ rows: Row[] }>(heldAtDeath, {
    workers: deaths.map(({ worker }) => worker),
    kinds: deaths.map(({ kind }) => kind),
    times: deaths.map(({ atMs }) => atMs),
  });
  return [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, ofKind]) => {
    const waits = ofKind
      .map((row) => ({ id: row.id, waitedMs: waitOf(row, downtimes) }))
      .toSorted((a, b) => a.waitedMs - b.waitedMs);
    const late = waits.filter(({ waitedMs }) => waitedMs > withinMs);
    return {
      kind,
      count: waits.length,
      medianMs: waits[Math.floor(waits.length / 2)]?.waitedMs ?? 0,
      slowestMs: waits.at(-1)?.waitedMs ?? 0,
      late: late.map(({ id, waitedMs }) => `${id} ${Math.round(waitedMs)} ms`),
    };
  });
}

const heldAtDeath = `
  select held.execution_id as id, death.kind, death.at_ms as "fromMs", extract(epoch from again.at)::float8 * 1000 as "toMs"
    from unnest(:workers::text[], :kinds::text[], :times::float8[]) as death(worker, kind, at_ms)
    join faults.executions held on held.worker = death.worker and held.to_state = 'running' and held.at <= to_timestamp(death.at_ms / 1000)
    join lateral (select worker, at from faults.executions next
                   where next.execution_id = held.execution_id and next.seq > held.seq order by next.seq limit 1) as next
      on next.at > to_timestamp(death.at_ms / 1000) and next.worker is distinct from death.worker
    join lateral (select at from faults.executions later
                   where later.execution_id = held.execution_id and later.seq > held.seq and later.to_state = 'running'
                   order by later.seq limit 1) as again on true`;

function waitOf({ fromMs, toMs }: Row, downtimes: Downtime[]): number {
  const away = downtimes.reduce(
    (sum, down) => sum + Math.max(0, Math.min(toMs, down.toMs) - Math.max(fromMs, down.fromMs)),
    0,
  );
  return toMs - fromMs - away;
}
