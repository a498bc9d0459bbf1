import type { Ceilings } from '../agents/agent-upload.ts';
import type { Database } from '../platform/database.ts';
import type { Metric } from '../verification/metric.ts';
import type { ClaimedExecution } from './claim-executions.ts';

/** A case as workers need it: the input as JSON text for the sandbox, the expectation for the metrics. */
export type WorkCase = { inputText: string; expected: unknown };

/** The agent of a version: what it may cost, and its code unless it is known already. */
export type WorkAgent = { agentUploadId: string; ceilings: Ceilings; code: string | null };

/** Everything that claimed executions need and do not carry, by id. */
export type Work = { agents: Map<string, WorkAgent>; cases: Map<string, WorkCase>; metrics: Map<string, Metric[]> };

/** The cases and metrics of claimed executions, and the code of the versions that `known` does not have yet. */
export async function findWork(
  database: Database,
  claimed: ClaimedExecution[],
  known: { has(versionId: string): boolean },
): Promise<Work> {
  const versionIds = distinct(claimed.map((execution) => execution.agentVersionId));
  const missing = versionIds.filter((id) => !known.has(id));
  const withCase = claimed.filter((execution) => execution.caseId !== null);
  return {
    agents: await findAgents(database, versionIds, missing),
    cases: await findCases(database, distinct(withCase.flatMap(({ caseId }) => caseId ?? []))),
    metrics: await findMetrics(database, distinct(withCase.flatMap(({ bountyId }) => bountyId ?? []))),
  };
}

async function findAgents(
  database: Database,
  versionIds: string[],
  missing: string[],
): Promise<Map<string, WorkAgent>> {
  const { rows } = await database.raw<{ rows: (WorkAgent & { id: string })[] }>(
    `select v.id, v.agent_upload_id as "agentUploadId", a.ceilings, case when v.id = any(:missing::uuid[]) then v.code end as code
       from agent_versions v join agent_uploads a on a.id = v.agent_upload_id where v.id = any(:versionIds::uuid[])`,
    { versionIds, missing },
  );
  return new Map(rows.map((row) => [row.id, row]));
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
