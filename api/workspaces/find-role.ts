import type { Database } from '../platform/database.ts';
import type { Role } from './roles.ts';

/** An account's role in a workspace; null when it is no member. */
export async function findRole(database: Database, workspaceId: string, accountId: string): Promise<Role | null> {
  const member = await database('members').where({ workspace_id: workspaceId, account_id: accountId }).first('role');
  return member?.role ?? null;
}
