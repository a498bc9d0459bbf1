import type { Database } from '../../api/platform/database.ts';

/** What a run came to. `startWaitMs`: from being put in to the first start, faults included. */
export type Counts = {
  executions: Map<string, number>;
  submissions: Map<string, number>;
  byAgent: Map<string, number>;
  retried: number;
  attemptsMost: number;
  startWaitMs: { median: number; p99: number; most: number };
};

/** Counts executions by state and agent, submissions by state, and attempts. */
export async function countWhatHappened(database: Database): Promise<Counts> {
  const by = async (sql: string) => {
    const { rows } = await database.raw<{ rows: { key: string; count: bigint }[] }>(sql);
    return new Map(rows.map(({ key, count }) => [key, Number(count)]));
  };
  const { rows } = await database.raw<{ rows: { retried: bigint; most: number }[] }>(
    'select count(*) filter (where attempt > 1) as retried, coalesce(max(attempt), 0) as most from agent_executions',
  );
  const waits = await database.raw<{ rows: Counts['startWaitMs'][] }>(
    `select percentile_disc(0.5) within group (order by ms) as median, percentile_disc(0.99) within group (order by ms) as p99, max(ms) as most
       from (select extract(epoch from min(t.at) - e.created_at)::float8 * 1000 as ms from agent_executions e
               join faults.executions t on t.execution_id = e.id and t.to_state = 'running' group by e.id) as waits`,
  );
  return {
    executions: await by('select state as key, count(*) from agent_executions group by state order by count(*) desc'),
    submissions: await by('select state as key, count(*) from submissions group by state order by count(*) desc'),
    byAgent: await by(
      `select a.name as key, count(*) from agent_executions e join faults.agents a on a.version_id = e.agent_version_id
        group by a.name order by count(*) desc`,
    ),
    retried: Number(rows[0]?.retried ?? 0),
    attemptsMost: rows[0]?.most ?? 0,
    startWaitMs: waits.rows[0] ?? { median: 0, p99: 0, most: 0 },
  };
}
