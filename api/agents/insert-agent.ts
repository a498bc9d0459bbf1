import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { shortCode } from '../platform/short-code.ts';
import { AgentUpload, type AgentKind, type Licence } from './agent-upload.ts';
import { AgentVersion } from './agent-version.ts';
import type { BuiltVersion } from './build-version.ts';
import { flagHiddenName } from './flag-hidden-characters.ts';
import { insertVersion } from './insert-version.ts';
import { agentLimits } from './limits.ts';

export type MadeAgent = { agent: AgentUpload; version: AgentVersion };

/** What finds a made agent again. */
export function idsOf({ agent, version }: MadeAgent): { agentId: string; versionId: string } {
  return { agentId: agent.id, versionId: version.id };
}

/** The agent and the version with these ids, which are there. */
export async function findMade(trx: Transaction, ids: { agentId: string; versionId: string }): Promise<MadeAgent> {
  return {
    agent: await AgentUpload.query(trx).findById(ids.agentId).throwIfNotFound(),
    version: await AgentVersion.query(trx).findById(ids.versionId).throwIfNotFound(),
  };
}

/** Writes an agent with a short code of its own and its first version. Throws `conflict` when its owner has as many as there may be. */
export async function insertAgent(
  trx: Transaction,
  agent: { ownerAccountId: string; name: string; kind: AgentKind; licence?: Licence },
  first: BuiltVersion,
): Promise<MadeAgent> {
  await keepCount(trx, agent.ownerAccountId);
  const made = await AgentUpload.query(trx).insertAndFetch({ code: shortCode('A', await nextNumber(trx)), ...agent });
  const version = await insertVersion(trx, { ...first, agentUploadId: made.id, number: 1 });
  await flagHiddenName(trx, version.id, made.name);
  return { agent: made, version };
}

/** The account is held to the commit, so that two uploads cannot both be the last. */
async function keepCount(trx: Transaction, accountId: string): Promise<void> {
  await trx.raw('select id from accounts where id = ? for no key update', [accountId]);
  if ((await AgentUpload.query(trx).where({ owner_account_id: accountId }).resultSize()) < agentLimits.agentsMax)
    return;
  throw new Failure(
    'conflict',
    `You have ${agentLimits.agentsMax} agents, which is as many as an account may have. Add a version to one of them instead.`,
  );
}

async function nextNumber(trx: Transaction): Promise<bigint> {
  const { rows } = await trx.raw<{ rows: { n: bigint }[] }>(`select nextval('agent_code_numbers') as n`);
  const [row] = rows;
  if (row === undefined) throw new Error('The sequence of agent codes gave no number');
  return row.n;
}
