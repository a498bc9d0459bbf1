import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

export type Approver = { accountId: string; name: string; role: string };

/**
 * Who may agree to a funding: those who were named and are still members who may post; where nobody was, the owners and admins.
 */
export async function findApprovers(
  database: Database,
  workspaceId: string,
): Promise<{ named: boolean; approvers: Approver[] }> {
  const members = () =>
    database('members as m')
      .join('accounts as a', 'a.id', 'm.account_id')
      .where('m.workspace_id', workspaceId)
      .whereNot('m.role', 'developer')
      .orderBy('a.display_name')
      .select({ accountId: 'm.account_id', name: 'a.display_name', role: 'm.role' });
  const named: Approver[] = await members().whereIn(
    'm.account_id',
    database('approvers').where({ workspace_id: workspaceId }).select('account_id'),
  );
  if (named.length > 0) return { named: true, approvers: named };
  return { named: false, approvers: await members().whereIn('m.role', ['owner', 'admin']) };
}

/** Throws `illegal_state` when nobody but the requester could agree. */
export async function refuseWithoutApprover(
  database: Database,
  { workspaceId, requesterId }: { workspaceId: string; requesterId: string },
): Promise<void> {
  const { approvers } = await findApprovers(database, workspaceId);
  if (approvers.some(({ accountId }) => accountId !== requesterId)) return;
  throw new Failure(
    'illegal_state',
    'This needs the agreement of a second person, and there is none. Name an approver with /bounty-setup approvers, or pay on the checkout page.',
  );
}
