import { createHash } from 'node:crypto';
import type { Transaction } from '../platform/database.ts';
import { AgentVersion, type SourceLanguage } from './agent-version.ts';

/** Writes one immutable version. The caller holds the agent's row when there may be others. */
export async function insertVersion(
  trx: Transaction,
  version: { agentUploadId: string; number: number; language: SourceLanguage; source: string; code: string },
): Promise<AgentVersion> {
  return AgentVersion.query(trx).insertAndFetch({ ...version, contentHash: hashSource(version.source) });
}

/** SHA-256 of the source's UTF-8 bytes: what `sha256sum` says of the author's file. */
export function hashSource(source: string): Buffer {
  return createHash('sha256').update(source, 'utf8').digest();
}
