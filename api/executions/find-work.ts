import type { Database } from '../platform/database.ts';
import type { Metric } from '../verification/metric.ts';
import type { ClaimedExecution } from './claim-executions.ts';

/** A case as workers need it: the input as JSON text for the sandbox, the expectation for the metrics. */
export type WorkCase = { inputText: string; expected: unknown };

/** Everything that claimed executions need and do not carry, by id. */
export type Work = { codes: Map<string, string>; cases: Map<string, WorkCase>; metrics: Map<string, Metric[]> };

/** The cases and metrics of claimed executions, and the code of the versions that `known` does not have yet. */
export async function findWork(
  database: Database,
  claimed: ClaimedExecution[],
  known: { has(versionId: string): boolean },
): Promise<Work> {
  const missing = distinct(claimed.map((execution) => execution.agentVersionId)).filter((id) => !known.has(id));
  const withCase = claimed.filter((execution) => execution.caseId !== null);
  const codes =
    missing.length === 0 ? [] : await database('agent_versions').whereIn('id', missing).select('id', 'code');
  return {
    codes: new Map(codes.map((row) => [row.id, row.code])),
    cases: await findCases(database, distinct(withCase.flatMap(({ caseId }) => caseId ?? []))),
    metrics: await findMetrics(database, distinct(withCase.flatMap(({ bountyId }) => bountyId ?? []))),
  };
}

async function findCases(database: Database, ids: string[]): Promise<Map<string, WorkCase>> {
  if (ids.length === 0) return new Map();
  const { rows } = await database.raw<{ rows: { id: string; inputText: string; expected: unknown }[] }>(
    'select id, input::text as "inputText", expected from bounty_cases where id = any(?::uuid[])',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, { inputText: row.inputText, expected: row.expected }]));
}

async function findMetrics(database: Database, bountyIds: string[]): Promise<Map<string, Metric[]>> {
  if (bountyIds.length === 0) return new Map();
  const rows: (Metric & { bountyId: string })[] = await database('bounty_metrics')
    .whereIn('bounty_id', bountyIds)
    .orderBy('position')
    .select({
      id: 'id',
      bountyId: 'bounty_id',
      kind: 'kind',
      weight: 'weight',
      passAt: 'pass_at',
      settings: 'settings',
    });
  return Map.groupBy(rows, (row) => row.bountyId);
}

function distinct(ids: string[]): string[] {
  return [...new Set(ids)];
}
