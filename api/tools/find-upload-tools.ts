import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

/** What an agent asked for and what became of it. */
export type UploadTool = {
  agent_code: string;
  agent_name: string;
  tool: string;
  tool_version: number;
  /** The version that the tool has now. An approval for an earlier one counts no more. */
  newest_version: number;
  hosts: string[];
  reason: string;
  state: 'requested' | 'approved' | 'refused' | 'withdrawn';
  requested_at: Date;
  decided_at: Date | null;
  decision_reason: string | null;
};

/** Every tool one agent asked for, by name. */
export async function findUploadTools(database: Database, agentUploadId: string): Promise<UploadTool[]> {
  return select(database).where('t.agent_upload_id', agentUploadId).orderBy('t.tool');
}

/** One of them. Throws `not_found` when it was never asked for. */
export async function findUploadTool(database: Database, agentUploadId: string, tool: string): Promise<UploadTool> {
  const found: UploadTool | undefined = await select(database)
    .where({ 't.agent_upload_id': agentUploadId, 't.tool': tool })
    .first();
  if (found === undefined) throw new Failure('not_found', `The agent has not asked for ${tool}.`);
  return found;
}

/** What waits for a moderator, the longest first: what was asked for, and what was approved for an earlier version of its tool. */
export async function findOpenRequests(database: Database): Promise<UploadTool[]> {
  return select(database)
    .whereRaw(`(t.state = 'requested' or t.state = 'approved' and t.tool_version < g.version)`)
    .orderBy('t.requested_at')
    .limit(100);
}

function select(database: Database) {
  return database('agent_upload_tools as t')
    .join('agent_uploads as a', 'a.id', 't.agent_upload_id')
    .join('agent_tools as g', 'g.name', 't.tool')
    .select('a.code as agent_code', 'a.name as agent_name', 'g.version as newest_version', 't.*');
}
