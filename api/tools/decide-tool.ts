import { findAgent } from '../agents/find-agent.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { findUploadTool, type UploadTool } from './find-upload-tools.ts';

/** A moderator's decision on a tool for an agent; it may be changed later, and is kept in the audit log. Throws `not_found`, `illegal_state`. */
export async function decideTool(
  context: Context,
  input: { moderatorId: string; agent: string; tool: string; decision: 'approve' | 'refuse'; reason: string },
): Promise<UploadTool> {
  const agent = await findAgent(context.database, input.agent);
  if (agent === null) throw new Failure('not_found');
  return context.database.transaction(async (trx) => {
    const asked = await findUploadTool(trx, agent.id, input.tool);
    if (asked.state === 'withdrawn')
      throw new Failure('illegal_state', `${agent.code} has given ${input.tool} back. There is nothing to decide.`);
    const state = input.decision === 'approve' ? 'approved' : 'refused';
    await trx('agent_upload_tools')
      .where({ agent_upload_id: agent.id, tool: input.tool })
      .update({
        state,
        decided_by: input.moderatorId,
        decided_at: trx.raw('clock_timestamp()'),
        decision_reason: input.reason,
      });
    await recordAudit(trx, {
      accountId: input.moderatorId,
      action: `tool.${state}`,
      subject: agent.id,
      details: { tool: input.tool, hosts: asked.hosts, reason: input.reason },
    });
    return findUploadTool(trx, agent.id, input.tool);
  });
}
