import { findApprovers, type Approver } from '../approvals/find-approvers.ts';
import type { Context } from '../platform/context.ts';
import { findLimits, type SetLimit } from './find-limits.ts';
import { findManagingSeat } from './find-wallet.ts';

/** Who may spend what, who agrees to more, and of whom all this can be said; `chatUsers` names them as `slack:U1` or `discord:1`. */
export type WalletSettings = {
  workspace: string;
  limits: SetLimit[];
  approvalAbove: { currency: string; aboveMinor: bigint }[];
  approversNamed: boolean;
  approvers: Approver[];
  members: { accountId: string; name: string; role: string; chatUsers: string[] }[];
};

const membersMax = 500;

/** The rules of a workspace's wallet, for its owners and admins. Throws `not_found` and `forbidden`. */
export async function findWalletSettings(
  context: Context,
  workspace: string,
  accountId: string,
): Promise<WalletSettings> {
  const { database } = context;
  const seat = await findManagingSeat(database, workspace, accountId, 'see who may spend what');
  const { named, approvers } = await findApprovers(database, seat.workspaceId);
  const members: WalletSettings['members'] = await database('members as m')
    .join('accounts as a', 'a.id', 'm.account_id')
    .where('m.workspace_id', seat.workspaceId)
    .orderBy('a.display_name')
    .limit(membersMax)
    .select({
      accountId: 'm.account_id',
      name: 'a.display_name',
      role: 'm.role',
      chatUsers: database.raw(
        `coalesce((select jsonb_agg(i.provider || ':' || split_part(i.external_id, ':', case i.provider when 'slack' then 2 else 1 end))
          from identities i where i.account_id = a.id and i.provider in ('slack','discord')), '[]'::jsonb)`,
      ),
    });
  const rules = await findLimits(database, seat.workspaceId);
  return { workspace: seat.name, ...rules, approversNamed: named, approvers, members };
}
