import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { AgentUpload } from './agent-upload.ts';
import type { AgentVersion } from './agent-version.ts';
import { buildVersion, type SentVersion } from './build-version.ts';
import { findNewestVersion, findOwnAgent } from './find-agent.ts';
import { insertVersion } from './insert-version.ts';
import { agentLimits } from './limits.ts';

/** Adds the next version of one's own agent; the same content as the newest gives that one back, `isNew` false. */
export async function addVersion(
  context: Context,
  { accountId, agent: idOrCode, ...sent }: SentVersion & { accountId: string; agent: string },
): Promise<{ agent: AgentUpload; version: AgentVersion; isNew: boolean }> {
  const agent = await findOwnAgent(context.database, idOrCode, accountId);
  const newest = await findNewestVersion(context.database, agent.id);
  const language = sent.language ?? (newest.language === 'ts' ? 'ts' : 'js');
  const built = await buildVersion(accountId, agent.kind, { ...sent, language });
  return context.database.transaction(async (trx) => {
    await AgentUpload.query(trx).findById(agent.id).forUpdate();
    const before = await findNewestVersion(trx, agent.id);
    if (before.language === built.language && before.contentHash.equals(built.contentHash)) {
      return { agent, version: before, isNew: false };
    }
    if (before.number >= agentLimits.versionsMax) {
      throw new Failure('conflict', `An agent may have ${agentLimits.versionsMax} versions. Upload it as a new agent.`);
    }
    const next = { ...built, agentUploadId: agent.id, number: before.number + 1 };
    return { agent, version: await insertVersion(trx, next), isNew: true };
  });
}
