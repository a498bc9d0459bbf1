import type { Database } from '../platform/database.ts';

/** Where a fork came from, and how many were made of the agent. */
export type Lineage = {
  forkedFrom: { agentCode: string; agent: string; version: number; licence: string } | null;
  forks: number;
};

/** The lineage of one agent. Names of private ancestors are shown to their own owner alone. */
export async function findLineage(database: Database, agentId: string, accountId: string): Promise<Lineage> {
  const { rows } = await database.raw<{ rows: { code: string; name: string; number: number; licence: string }[] }>(
    `select a.code, a.name, v.number, f.licence from agent_forks f join agent_versions v on v.id = f.from_version_id
       join agent_uploads a on a.id = v.agent_upload_id
      where f.agent_upload_id = ? and (a.licence <> 'private' or a.owner_account_id = ?)`,
    [agentId, accountId],
  );
  const forks = await database('agent_forks')
    .join('agent_versions', 'agent_versions.id', 'agent_forks.from_version_id')
    .where({ 'agent_versions.agent_upload_id': agentId })
    .count<{ count: bigint }[]>('* as count');
  const [from] = rows;
  return {
    forkedFrom:
      from === undefined
        ? null
        : { agentCode: from.code, agent: from.name, version: from.number, licence: from.licence },
    forks: Number(forks[0]?.count ?? 0),
  };
}
