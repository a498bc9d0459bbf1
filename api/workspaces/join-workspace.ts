import type { Transaction } from '../platform/database.ts';
import type { Role } from './roles.ts';

/** Makes an account a member with the workspace's default role, unless it is one already; the first member owns it. Answers the role. */
export async function joinWorkspace(trx: Transaction, workspaceId: string, accountId: string): Promise<Role> {
  const member = await trx('members').where({ workspace_id: workspaceId, account_id: accountId }).first('role');
  if (member !== undefined) return member.role;
  const workspace = await trx('workspaces').where({ id: workspaceId }).forUpdate().first('default_role');
  const others = await trx('members').where({ workspace_id: workspaceId }).first('account_id');
  const role: Role = others === undefined ? 'owner' : workspace.default_role;
  await trx('members').insert({ workspace_id: workspaceId, account_id: accountId, role }).onConflict().ignore();
  return role;
}
