import type { UploadToolWire } from './contract.ts';
import type { UploadTool } from './find-upload-tools.ts';

/** What an agent asked for → wire. */
export function presentUploadTool(row: UploadTool): UploadToolWire {
  return {
    agentCode: row.agent_code,
    agent: row.agent_name,
    tool: row.tool,
    version: row.tool_version,
    hosts: row.hosts,
    reason: row.reason,
    state: row.state === 'approved' && row.tool_version < row.newest_version ? 'outdated' : row.state,
    requestedAt: row.requested_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decisionReason: row.decision_reason,
  };
}
