import { findOwnAgent } from '../agents/find-agent.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { findUploadTool, type UploadTool } from './find-upload-tools.ts';

/**
 * Asks a moderator to approve a tool for one's own agent; asking for other hosts, or when the tool has a newer version, asks anew. No two
 * requests have the same time to the millisecond, which is what a decision names. Throws `unavailable` for a tool that is switched off.
 */
export async function requestTool(
  context: Context,
  input: { accountId: string; agent: string; tool: string; hosts: string[]; reason: string },
): Promise<UploadTool> {
  const agent = await findOwnAgent(context.database, input.agent, input.accountId);
  return context.database.transaction(async (trx) => {
    const tool = await trx('agent_tools').where({ name: input.tool }).first('version', 'disabled_at');
    if (tool === undefined || tool.disabled_at !== null) {
      throw new Failure('unavailable', `The tool ${input.tool} is switched off at present. Ask for it later.`);
    }
    await once(context, trx, 'tool.request', async () => {
      await trx.raw(
        `insert into agent_upload_tools (agent_upload_id, tool, tool_version, hosts, reason, requested_at)
       values (:agent, :tool, :version, :hosts, :reason, date_trunc('milliseconds', clock_timestamp()))
       on conflict (agent_upload_id, tool) do update
         set tool_version = excluded.tool_version, hosts = excluded.hosts, reason = excluded.reason, state = 'requested',
             requested_at = greatest(excluded.requested_at, agent_upload_tools.requested_at + interval '1 millisecond'),
             decided_by = null, decided_at = null, decision_reason = null
       where not (agent_upload_tools.state = 'approved' and agent_upload_tools.tool_version = excluded.tool_version
         and agent_upload_tools.hosts @> excluded.hosts and excluded.hosts @> agent_upload_tools.hosts)`,
        {
          agent: agent.id,
          tool: input.tool,
          version: tool.version,
          hosts: [...new Set(input.hosts)].sort(),
          reason: input.reason,
        },
      );
    });
    return findUploadTool(trx, agent.id, input.tool);
  });
}

/** Gives a tool back, approved or not; the agent's next run is without it. */
export async function withdrawTool(
  context: Context,
  input: { accountId: string; agent: string; tool: string },
): Promise<UploadTool> {
  const agent = await findOwnAgent(context.database, input.agent, input.accountId);
  return context.database.transaction(async (trx) => {
    await findUploadTool(trx, agent.id, input.tool);
    await trx('agent_upload_tools')
      .where({ agent_upload_id: agent.id, tool: input.tool })
      .update({ state: 'withdrawn', decided_by: null, decided_at: null });
    return findUploadTool(trx, agent.id, input.tool);
  });
}
