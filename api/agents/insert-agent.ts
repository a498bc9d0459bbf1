import type { Transaction } from '../platform/database.ts';
import { shortCode } from '../platform/short-code.ts';
import { AgentUpload, type AgentKind, type Licence } from './agent-upload.ts';
import type { AgentVersion } from './agent-version.ts';
import type { BuiltVersion } from './build-version.ts';
import { insertVersion } from './insert-version.ts';

export type MadeAgent = { agent: AgentUpload; version: AgentVersion };

/** Writes an agent with a short code of its own and its first version. */
export async function insertAgent(
  trx: Transaction,
  agent: { ownerAccountId: string; name: string; kind: AgentKind; licence?: Licence },
  first: BuiltVersion,
): Promise<MadeAgent> {
  const made = await AgentUpload.query(trx).insertAndFetch({ code: shortCode('A', await nextNumber(trx)), ...agent });
  return { agent: made, version: await insertVersion(trx, { ...first, agentUploadId: made.id, number: 1 }) };
}

async function nextNumber(trx: Transaction): Promise<bigint> {
  const { rows } = await trx.raw<{ rows: { n: bigint }[] }>(`select nextval('agent_code_numbers') as n`);
  const [row] = rows;
  if (row === undefined) throw new Error('The sequence of agent codes gave no number');
  return row.n;
}
