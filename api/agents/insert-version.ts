import type { Transaction } from '../platform/database.ts';
import { AgentVersion } from './agent-version.ts';
import type { BuiltVersion } from './build-version.ts';
import { flagHiddenCode } from './flag-hidden-characters.ts';

/** Writes one immutable version, and flags what nobody sees in it. The caller holds the agent's row when there may be others. */
export async function insertVersion(
  trx: Transaction,
  version: BuiltVersion & { agentUploadId: string; number: number },
): Promise<AgentVersion> {
  const made = await AgentVersion.query(trx).insertAndFetch(version);
  await flagHiddenCode(trx, made);
  return made;
}
