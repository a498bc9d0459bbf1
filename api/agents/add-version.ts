import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { AgentUpload } from './agent-upload.ts';
import type { AgentVersion, SourceLanguage } from './agent-version.ts';
import { compileAgent } from './compile-agent.ts';
import { findNewestVersion, findOwnAgent } from './find-agent.ts';
import { hashSource, insertVersion } from './insert-version.ts';
import { agentLimits } from './limits.ts';

/** Adds the next version of one's own agent; the same content as the newest gives that one back, `isNew` false. */
export async function addVersion(
  context: Context,
  input: { accountId: string; agent: string; language: SourceLanguage | undefined; source: string },
): Promise<{ agent: AgentUpload; version: AgentVersion; isNew: boolean }> {
  const agent = await findOwnAgent(context.database, input.agent, input.accountId);
  const newest = await findNewestVersion(context.database, agent.id);
  const language = input.language ?? (newest.language === 'ts' ? 'ts' : 'js');
  const code = await compileAgent(input.source, language);
  return context.database.transaction(async (trx) => {
    await AgentUpload.query(trx).findById(agent.id).forUpdate();
    const before = await findNewestVersion(trx, agent.id);
    if (before.language === language && before.contentHash.equals(hashSource(input.source))) {
      return { agent, version: before, isNew: false };
    }
    if (before.number >= agentLimits.versionsMax) {
      throw new Failure('conflict', `An agent may have ${agentLimits.versionsMax} versions. Upload it as a new agent.`);
    }
    const next = { agentUploadId: agent.id, number: before.number + 1, language, source: input.source, code };
    return { agent, version: await insertVersion(trx, next), isNew: true };
  });
}
