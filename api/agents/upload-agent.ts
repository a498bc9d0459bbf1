import type { Context } from '../platform/context.ts';
import { once } from '../platform/once.ts';
import type { AgentKind, Licence } from './agent-upload.ts';
import { buildVersion, type SentVersion } from './build-version.ts';
import { findMade, idsOf, insertAgent, type MadeAgent } from './insert-agent.ts';

export type NewAgent = SentVersion & {
  accountId: string;
  name: string;
  kind: AgentKind;
  licence?: Licence | undefined;
};

/** Makes an agent with its first version. Compiles before the transaction opens. Throws `invalid_value`, `too_large`, `rate_limited`, `conflict`. */
export async function uploadAgent(
  context: Context,
  { accountId, name, kind, licence, ...sent }: NewAgent,
): Promise<MadeAgent> {
  const built = await buildVersion(accountId, kind, sent);
  const agent = { ownerAccountId: accountId, name, kind, licence: licence ?? 'private' };
  return context.database.transaction(async (trx) => {
    const made = await once(context, trx, 'agent.upload', async () => idsOf(await insertAgent(trx, agent, built)));
    return findMade(trx, made);
  });
}
