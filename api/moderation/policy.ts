import type { Role } from '../workspaces/roles.ts';

/** Its owners and admins read what was done with a workspace's money and things. */
export function mayReadAudit(role: Role | null): boolean {
  return role === 'owner' || role === 'admin';
}
