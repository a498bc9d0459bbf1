import type { AgentUpload } from '../agents/agent-upload.ts';
import { findAgent } from '../agents/find-agent.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { findUploadTool, type UploadTool } from './find-upload-tools.ts';

export type ToolDecision = {
  moderatorId: string;
  agent: string;
  tool: string;
  decision: 'approve' | 'refuse';
  requestedAt?: string | undefined;
  reason: string;
};

/**
 * A moderator's decision on a tool for an agent, given for the tool's present version; it may be changed later, and is kept in the audit
 * log. `requestedAt` names the request that the moderator saw. Throws `conflict` when there is another by now, `not_found`, `illegal_state`.
 */
export async function decideTool(context: Context, input: ToolDecision): Promise<UploadTool> {
  const agent = await findAgent(context.database, input.agent);
  if (agent === null) throw new Failure('not_found');
  return context.database.transaction(async (trx) => {
    await once(context, trx, 'tool.decide', () => decide(context, trx, agent, input));
    return findUploadTool(trx, agent.id, input.tool);
  });
}

async function decide(context: Context, trx: Transaction, agent: AgentUpload, input: ToolDecision): Promise<void> {
  const asked = await lockUploadTool(trx, agent.id, input.tool);
  if (asked.state === 'withdrawn')
    throw new Failure('illegal_state', `${agent.code} has given ${input.tool} back. There is nothing to decide.`);
  if (input.requestedAt !== undefined && Date.parse(input.requestedAt) !== asked.requested_at.getTime()) {
    throw new Failure(
      'conflict',
      `What ${agent.code} asks of ${input.tool} has changed since you looked. Look again, then decide.`,
    );
  }
  const state = input.decision === 'approve' ? 'approved' : 'refused';
  await trx('agent_upload_tools')
    .where({ agent_upload_id: agent.id, tool: input.tool })
    .update({
      state,
      tool_version: asked.newest_version,
      decided_by: input.moderatorId,
      decided_at: trx.raw('clock_timestamp()'),
      decision_reason: input.reason,
    });
  await recordAudit(trx, {
    accountId: input.moderatorId,
    action: `tool.${state}`,
    subject: agent.id,
    details: { tool: input.tool, version: asked.newest_version, hosts: asked.hosts, reason: input.reason },
    asked: context.asked,
  });
}

/** From here to the commit nobody asks for anything else. */
async function lockUploadTool(trx: Transaction, agentUploadId: string, tool: string): Promise<UploadTool> {
  await trx('agent_upload_tools').where({ agent_upload_id: agentUploadId, tool }).forUpdate().select('tool');
  return findUploadTool(trx, agentUploadId, tool);
}
