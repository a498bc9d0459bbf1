import { createHash, randomBytes } from 'node:crypto';
import type { Context } from '../platform/context.ts';
import { unseal } from '../platform/seal.ts';
import { Connector, sealPurpose } from './connector.ts';

/** The lease of an execution that is running now. */
export type RunningLease = { executionId: string; leaseToken: string; agentUploadId: string };

/** A request as the broker is to send it. `secrets` are every form in which the credential goes out, to be kept out of what comes back. */
export type AuthorizedRequest = {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  secrets: string[];
};

/**
 * Makes a token for one connector that an agent is linked to; it works for this lease of this execution alone, for the operations of the
 * link as it then is, and is dead as soon as the execution is no longer running under it or the link is gone. Answers null when the agent
 * may not use the connector.
 */
export async function issueToken(context: Context, lease: RunningLease, connectorName: string): Promise<string | null> {
  const token = randomBytes(32).toString('base64url');
  const { rowCount } = await context.database.raw<{ rowCount: number }>(
    `insert into integration_tokens (hash, execution_id, lease_token, connector_id)
     select :hash, e.id, e.lease_token, c.id
       from agent_executions e join agent_versions v on v.id = e.agent_version_id
       join agent_integrations i on i.agent_upload_id = v.agent_upload_id
       join integration_connectors c on c.id = i.connector_id and c.revoked_at is null
       join agent_uploads a on a.id = v.agent_upload_id and a.owner_account_id = c.owner_account_id
      where e.id = :executionId and e.lease_token = :leaseToken and e.state = 'running' and v.agent_upload_id = :agentUploadId and c.name = :name`,
    { hash: hashOf(token), ...lease, name: connectorName },
  );
  return rowCount === 1 ? token : null;
}

/** Turns a token and an operation into the request with its credential. Null when the token is dead or does not cover the operation. */
export async function redeemToken(
  context: Context,
  token: string,
  operationName: string,
): Promise<AuthorizedRequest | null> {
  const found: { connector_id: string } | undefined = await context
    .database('integration_tokens as t')
    .join('agent_executions as e', 'e.id', 't.execution_id')
    .join('agent_versions as v', 'v.id', 'e.agent_version_id')
    .join('agent_integrations as i', { 'i.agent_upload_id': 'v.agent_upload_id', 'i.connector_id': 't.connector_id' })
    .where({ 't.hash': hashOf(token), 'e.state': 'running' })
    .whereRaw('e.lease_token = t.lease_token and ? = any(i.operations)', [operationName])
    .first('t.connector_id');
  if (found === undefined) return null;
  const connector = await Connector.query(context.database).findById(found.connector_id).whereNull('revoked_at');
  const operation = connector?.operations.find((one) => one.name === operationName);
  if (connector === undefined || operation === undefined) return null;
  const { secret, previousSecrets } = context.config;
  const value = unseal([secret, ...previousSecrets], sealPurpose(connector.id), connector.secretSealed);
  const [header, text] = credentialOf(connector, value);
  const parts = connector.auth === 'basic' ? [value.slice(value.indexOf(':') + 1), text.slice('Basic '.length)] : [];
  return {
    method: operation.method,
    url: `${connector.baseUrl}${operation.path}`,
    headers: { [header]: text },
    secrets: [value, ...parts].filter((one) => one.length >= 4),
  };
}

function credentialOf({ auth, authHeader }: Connector, secret: string): [string, string] {
  if (auth === 'bearer') return ['authorization', `Bearer ${secret}`];
  if (auth === 'basic') return ['authorization', `Basic ${Buffer.from(secret, 'utf8').toString('base64')}`];
  return [(authHeader ?? 'authorization').toLowerCase(), secret];
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
