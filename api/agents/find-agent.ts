import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid, readId } from '../platform/short-code.ts';
import { AgentUpload } from './agent-upload.ts';
import { AgentVersion } from './agent-version.ts';
import { mayReadSource, maySeeSource } from './policy.ts';

/** A version without its texts, and the agent it belongs to. */
export type VersionWithAgent = Omit<AgentVersion, 'source' | 'code' | 'files' | 'form'> & { agent: AgentUpload };

/** The agent with this id or short code (`A-4QX`); null when there is none. */
export async function findAgent(database: Database, idOrCode: string): Promise<AgentUpload | null> {
  const key = readId('A', idOrCode);
  return key === null ? null : ((await AgentUpload.query(database).findOne(key)) ?? null);
}

/** One of the account's own agents. Throws `not_found` for a foreign one too: the two look the same. */
export async function findOwnAgent(database: Database, idOrCode: string, accountId: string): Promise<AgentUpload> {
  const agent = await findAgent(database, idOrCode);
  if (agent === null || !maySeeSource(accountId, agent)) {
    throw new Failure('not_found', 'You have no agent under that id or code. Check it and try again.');
  }
  return agent;
}

/** An agent whose source one may read: one's own, or one under a public licence. Throws `not_found` for every other. */
export async function findReadableAgent(database: Database, idOrCode: string, accountId: string): Promise<AgentUpload> {
  const agent = await findAgent(database, idOrCode);
  if (agent === null || !mayReadSource(accountId, agent)) {
    throw new Failure(
      'not_found',
      'There is no agent under that id or code whose source you may read. Check it and try again.',
    );
  }
  return agent;
}

/** A version by its number, the newest when there is none. Throws `not_found`. */
export async function findVersionNumber(
  database: Database,
  agent: AgentUpload,
  number: number | undefined,
): Promise<AgentVersion> {
  if (number === undefined) return findNewestVersion(database, agent.id);
  const version = await AgentVersion.query(database).findOne({ agent_upload_id: agent.id, number });
  if (version === undefined)
    throw new Failure('not_found', `${agent.code} has no version ${number}. List its versions to see them.`);
  return version;
}

/** A version and its agent, without the texts; null when there is none. */
export async function findVersion(database: Database, versionId: string): Promise<VersionWithAgent | null> {
  if (!isUuid(versionId)) return null;
  const version = await AgentVersion.query(database)
    .findById(versionId)
    .select('id', 'agent_upload_id', 'number', 'language', 'content_hash', 'created_at');
  if (version === undefined) return null;
  const agent = await AgentUpload.query(database).findById(version.agentUploadId);
  if (agent === undefined) throw new Error(`Version ${versionId} has no agent`);
  return Object.assign(version, { agent });
}

/** The newest version of an agent, texts included. */
export async function findNewestVersion(database: Database, agentId: string): Promise<AgentVersion> {
  const version = await AgentVersion.query(database)
    .where({ agent_upload_id: agentId })
    .orderBy('number', 'desc')
    .first();
  if (version === undefined) throw new Error(`Agent ${agentId} has no version`);
  return version;
}

/** A version by its number in the address, of an agent whose source one may read; texts included. Throws `not_found`. */
export async function findReadableVersion(
  database: Database,
  wanted: { agent: string; number: string; accountId: string },
): Promise<AgentVersion> {
  const agent = await findReadableAgent(database, wanted.agent, wanted.accountId);
  if (!/^[1-9]\d{0,5}$/.test(wanted.number))
    throw new Failure('not_found', 'Versions are named by their numbers, such as 1. List them to see which there are.');
  return findVersionNumber(database, agent, Number(wanted.number));
}
