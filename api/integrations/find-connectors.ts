import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { Connector } from './connector.ts';

/** An account's connectors, by name. */
export async function findConnectors(database: Database, accountId: string): Promise<Connector[]> {
  return Connector.query(database).where({ owner_account_id: accountId }).whereNull('revoked_at').orderBy('name');
}

/** One of them. Throws `not_found` for a foreign one too. */
export async function findConnector(database: Database, accountId: string, name: string): Promise<Connector> {
  const found = await Connector.query(database).findOne({ owner_account_id: accountId, name }).whereNull('revoked_at');
  if (found === undefined)
    throw new Failure('not_found', `You have no connector named ${name.slice(0, 40)}. List them to see their names.`);
  return found;
}
