import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { AgentUpload, type Ceilings, type Licence } from './agent-upload.ts';
import { findNewestVersion, findOwnAgent } from './find-agent.ts';
import { flagHiddenName } from './flag-hidden-characters.ts';

/** Renames one's own agent, changes who may read it, or sets what a run may cost. Throws `conflict` for a licence taken back after a fork. */
export async function changeAgent(
  context: Context,
  input: {
    accountId: string;
    agent: string;
    name?: string | undefined;
    licence?: Licence | undefined;
    ceilings?: Ceilings | undefined;
  },
): Promise<AgentUpload> {
  const { accountId, agent: idOrCode, ...change } = input;
  const agent = await findOwnAgent(context.database, idOrCode, accountId);
  return context.database.transaction(async (trx) => {
    await AgentUpload.query(trx).findById(agent.id).forUpdate();
    if (change.licence !== undefined && change.licence !== agent.licence) {
      const origin = await trx('agent_forks')
        .where({ agent_upload_id: agent.id })
        .whereNot({ licence: 'private' })
        .first('licence');
      if (origin !== undefined) {
        throw new Failure(
          'conflict',
          `${agent.code} is a fork under ${origin.licence}, which goes with it. Its licence cannot be changed.`,
        );
      }
    }
    if (change.name !== undefined && change.name !== agent.name)
      await flagHiddenName(trx, (await findNewestVersion(trx, agent.id)).id, change.name);
    return AgentUpload.query(trx).patchAndFetchById(agent.id, change);
  });
}
