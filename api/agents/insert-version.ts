import type { Transaction } from '../platform/database.ts';
import { AgentVersion } from './agent-version.ts';
import type { BuiltVersion } from './build-version.ts';

/** Writes one immutable version. The caller holds the agent's row when there may be others. */
export async function insertVersion(
  trx: Transaction,
  version: BuiltVersion & { agentUploadId: string; number: number },
): Promise<AgentVersion> {
  return AgentVersion.query(trx).insertAndFetch(version);
}
