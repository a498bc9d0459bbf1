import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { findRole } from '../workspaces/find-role.ts';
import type { Role } from '../workspaces/roles.ts';
import { mayManagePlan, maySeePlan } from './policy.ts';

export type WorkspaceOfPlan = { id: string; slug: string; name: string };

/** The workspace with this slug or id; null when there is none. */
export async function findWorkspace(database: Database, slugOrId: string): Promise<WorkspaceOfPlan | null> {
  const which = isUuid(slugOrId) ? { id: slugOrId } : { slug: slugOrId };
  return (await database('workspaces').where(which).first('id', 'slug', 'name')) ?? null;
}

/** A workspace the account is in, and its role there. Throws `not_found` to anybody else; one that is not there looks the same. */
export async function findOwnWorkspace(
  database: Database,
  slugOrId: string,
  accountId: string,
): Promise<{ workspace: WorkspaceOfPlan; role: Role }> {
  const workspace = await findWorkspace(database, slugOrId);
  const role = workspace === null ? null : await findRole(database, workspace.id, accountId);
  if (workspace === null || role === null || !maySeePlan(role))
    throw new Failure('not_found', 'You are in no workspace of that name. Check it and try again.');
  return { workspace, role };
}

/** The same, for who decides about its plan. Throws `forbidden` to its other members. */
export async function findManagedWorkspace(
  database: Database,
  slugOrId: string,
  accountId: string,
): Promise<WorkspaceOfPlan> {
  const { workspace, role } = await findOwnWorkspace(database, slugOrId, accountId);
  if (!mayManagePlan(role))
    throw new Failure(
      'forbidden',
      `Only owners and admins of ${workspace.name} decide about its plan. Ask one of them.`,
    );
  return workspace;
}
