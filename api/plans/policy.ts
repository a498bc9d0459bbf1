import type { Role } from '../workspaces/roles.ts';

/** Every member sees what the plan of their workspace is. */
export function maySeePlan(role: Role | null): boolean {
  return role !== null;
}

/** Owners and admins decide about the plan, see its invoices and change its card. */
export function mayManagePlan(role: Role | null): boolean {
  return role === 'owner' || role === 'admin';
}
