import type { Role } from '../workspaces/roles.ts';

/** Its owners and admins read what a workspace paid; nobody else does, moderators and posters among them. */
export function mayReadStatement(role: Role | null): boolean {
  return role === 'owner' || role === 'admin';
}

/** Who paid for a bounty, and who manages it, reads the receipt of the payment. */
export function mayReadFunding(viewer: { accountId: string; canManage: boolean }, payerIds: string[]): boolean {
  return viewer.canManage || payerIds.includes(viewer.accountId);
}
