import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { sha256 } from './build-version.ts';
import { findReadableAgent, findVersionNumber } from './find-agent.ts';
import { findMade, idsOf, insertAgent, type MadeAgent } from './insert-agent.ts';
import { agentLimits } from './limits.ts';

/**
 * Makes an agent of one's own that begins as a version of another: one's own, or one whose licence lets it be forked, which then goes with
 * it. `asCode` turns a manifest into the code it compiles to. Throws `not_found` for an agent one may not read.
 */
export async function forkAgent(
  context: Context,
  input: { accountId: string; agent: string; version?: number | undefined; name?: string | undefined; asCode: boolean },
): Promise<MadeAgent> {
  const agent = await findReadableAgent(context.database, input.agent, input.accountId);
  const from = await findVersionNumber(context.database, agent, input.version);
  const isManifest = from.language === 'manifest';
  if (input.asCode && !isManifest) {
    throw new Failure(
      'invalid_value',
      `${agent.code} is code already. Fork it as it is, without turning it into code.`,
    );
  }
  const { language, source, files, form, code, contentHash } = from;
  const first = input.asCode
    ? { language: 'js' as const, source: code, files: null, form: null, code, contentHash: sha256(code) }
    : { language, source, files, form, code, contentHash };
  const name = input.name ?? `${agent.name.slice(0, agentLimits.nameCharactersMax - 7)} (fork)`;
  const fork = {
    ownerAccountId: input.accountId,
    name,
    kind: input.asCode ? ('full_code' as const) : agent.kind,
    licence: agent.licence,
  };
  return context.database.transaction(async (trx) => {
    const made = await once(context, trx, 'agent.fork', async () => {
      const ids = idsOf(await insertAgent(trx, fork, first));
      const row = { agent_upload_id: ids.agentId, from_version_id: from.id, licence: agent.licence };
      await trx('agent_forks').insert(row);
      return ids;
    });
    return findMade(trx, made);
  });
}
