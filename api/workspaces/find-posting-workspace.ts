import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { joinWorkspace } from './join-workspace.ts';
import { makeWorkspace, type WorkspaceRow } from './make-workspace.ts';

/**
 * The workspace an account posts into: the one it names, else the first where it may post, else one of its own, made now.
 * Throws `not_found` for a workspace it is no member of and `forbidden` where its role is too low.
 */
export async function findPostingWorkspace(
  trx: Transaction,
  accountId: string,
  named: string | undefined,
): Promise<WorkspaceRow> {
  if (named !== undefined) return namedWorkspace(trx, accountId, named);
  const first = await trx('members')
    .join('workspaces', 'workspaces.id', 'members.workspace_id')
    .where('members.account_id', accountId)
    .whereNot('members.role', 'developer')
    .orderBy('members.created_at')
    .first('workspaces.id', 'workspaces.slug', 'workspaces.name');
  return first ?? personalWorkspace(trx, accountId);
}

async function namedWorkspace(trx: Transaction, accountId: string, named: string): Promise<WorkspaceRow> {
  const row = await trx('workspaces')
    .join('members', 'members.workspace_id', 'workspaces.id')
    .where(isUuid(named) ? { 'workspaces.id': named } : { 'workspaces.slug': named })
    .where('members.account_id', accountId)
    .first('workspaces.id', 'workspaces.slug', 'workspaces.name', 'members.role');
  if (row === undefined)
    throw new Failure('not_found', `You are not a member of a workspace "${named}". Check its name.`);
  if (row.role === 'developer')
    throw new Failure('forbidden', 'Your role there is developer. Ask an admin to make you a poster.');
  return row;
}

async function personalWorkspace(trx: Transaction, accountId: string): Promise<WorkspaceRow> {
  const account = await trx('accounts').where({ id: accountId }).first('display_name');
  const workspace = await makeWorkspace(trx, { name: account.display_name });
  await joinWorkspace(trx, workspace.id, accountId);
  return workspace;
}
