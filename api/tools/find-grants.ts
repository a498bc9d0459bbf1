import type { Database } from '../platform/database.ts';
import { grantTools, type Grant } from './policy.ts';

/** What an execution is asked about: its agent, and the bounty it competes for, if any. */
export type GrantQuestion = {
  executionId: string;
  agentUploadId: string;
  bountyId: string | null;
  isCompeting: boolean;
};

/** What each execution may ask for beyond its own code, by its id. An approval counts for the version of the tool it was given for. */
export async function findGrants(database: Database, questions: GrantQuestion[]): Promise<Map<string, Grant[]>> {
  if (questions.length === 0) return new Map();
  const enabled = await database('agent_tools').whereNull('disabled_at').select('name', 'needs_approval');
  const approved = await database('agent_upload_tools as t')
    .join('agent_tools as g', 'g.name', 't.tool')
    .whereIn('t.agent_upload_id', [...new Set(questions.map((one) => one.agentUploadId))])
    .where('t.state', 'approved')
    .whereRaw('t.tool_version >= g.version')
    .select('t.agent_upload_id', 't.tool', 't.hosts');
  const bountyIds = [...new Set(questions.flatMap((one) => (one.isCompeting && one.bountyId) || []))];
  const bounties =
    bountyIds.length === 0 ? [] : await database('bounties').whereIn('id', bountyIds).select('id', 'settings');
  const allowed = new Map(
    bounties.map((row) => [row.id, { tools: row.settings.tools ?? [], hosts: row.settings.toolHosts ?? [] }]),
  );
  return new Map(
    questions.map((one) => [
      one.executionId,
      grantTools({
        enabled: enabled.map((row) => ({ name: row.name, needsApproval: row.needs_approval })),
        approved: approved.filter((row) => row.agent_upload_id === one.agentUploadId),
        bounty: one.isCompeting ? (allowed.get(one.bountyId ?? '') ?? { tools: [], hosts: [] }) : null,
      }),
    ]),
  );
}
