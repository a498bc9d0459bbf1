import type { Role } from '../workspaces/roles.ts';

/** Whoever may post bounties sees what the wallet has, and may pay into it. */
export function maySeeWallet(role: Role | null): boolean {
  return role !== null && role !== 'developer';
}

/** Its owners and admins take money out, keep the card, and set who may spend what. */
export function mayManageWallet(role: Role | null): boolean {
  return role === 'owner' || role === 'admin';
}
