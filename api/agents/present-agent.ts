import type { AgentUpload } from './agent-upload.ts';
import type { AgentVersion } from './agent-version.ts';
import type { AgentWire, VersionWire } from './contract.ts';
import type { Lineage } from './find-lineage.ts';
import type { AgentRow, VersionRow } from './list-agents.ts';

/** An agent with one version → wire. */
export function presentAgent(agent: AgentUpload, version: AgentVersion): AgentWire {
  return {
    id: agent.id,
    code: agent.code,
    name: agent.name,
    kind: agent.kind,
    licence: agent.licence,
    ...presentVersion(version),
  };
}

/** An agent with everything of its newest version → wire. */
export function presentAgentDetail(agent: AgentUpload, version: AgentVersion, lineage: Lineage, accountId: string) {
  return {
    ...presentAgent(agent, version),
    ...presentTexts(version),
    ceilings: agent.ceilings,
    isYours: agent.ownerAccountId === accountId,
    ...lineage,
  };
}

/** A version with its texts → wire. */
export function presentVersionDetail(version: AgentVersion) {
  return { ...presentVersion(version), ...presentTexts(version) };
}

function presentTexts({ source, files, form, code }: AgentVersion) {
  return { source, files: files?.files ?? null, entry: files?.entry ?? null, form, compiled: code };
}

/** A version → wire, without its source. */
export function presentVersion(version: AgentVersion): VersionWire {
  return {
    versionId: version.id,
    version: version.number,
    language: version.language,
    bytes: Buffer.byteLength(version.source),
    contentHash: version.contentHash.toString('hex'),
    createdAt: version.createdAt.toISOString(),
  };
}

/** A row of the list → wire. */
export function presentAgentRow(row: AgentRow): AgentWire {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    kind: row.kind,
    licence: row.licence,
    ...presentVersionRow(row),
  };
}

/** A row of the list of versions → wire. */
export function presentVersionRow(row: VersionRow): VersionWire {
  return {
    versionId: row.version_id,
    version: row.number,
    language: row.language,
    bytes: row.bytes,
    contentHash: row.content_hash.toString('hex'),
    createdAt: row.version_created_at.toISOString(),
  };
}
