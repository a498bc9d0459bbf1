import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { AgentUpload } from './agent-upload.ts';
import type { AgentVersion } from './agent-version.ts';
import { buildVersion, type BuiltVersion, type SentVersion } from './build-version.ts';
import { findNewestVersion, findOwnAgent } from './find-agent.ts';
import { findMade } from './insert-agent.ts';
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
    const made = await once(context, trx, 'agent.version', () => addNext(trx, agent.id, built));
    return { ...(await findMade(trx, { agentId: agent.id, versionId: made.versionId })), isNew: made.isNew };
  });
}

async function addNext(
  trx: Transaction,
  agentId: string,
  built: BuiltVersion,
): Promise<{ versionId: string; isNew: boolean }> {
  await AgentUpload.query(trx).findById(agentId).forUpdate();
  const before = await findNewestVersion(trx, agentId);
  if (before.language === built.language && before.contentHash.equals(built.contentHash)) {
    return { versionId: before.id, isNew: false };
  }
  if (before.number >= agentLimits.versionsMax) {
    throw new Failure('conflict', `An agent may have ${agentLimits.versionsMax} versions. Upload it as a new agent.`);
  }
  const next = { ...built, agentUploadId: agentId, number: before.number + 1 };
  return { versionId: (await insertVersion(trx, next)).id, isNew: true };
}
