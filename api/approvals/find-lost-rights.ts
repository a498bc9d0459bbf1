import type { Bounty } from '../bounties/bounty.ts';
import { mayManage } from '../bounties/policy.ts';
import type { Database } from '../platform/database.ts';
import { maySeeWallet } from '../wallets/policy.ts';
import { findRole } from '../workspaces/find-role.ts';

/** What who asked for a funding may do no more, as a sentence for who would agree to it; null while they may ask for it still. */
export async function findLostRights(
  database: Database,
  bounty: Pick<Bounty, 'code' | 'workspaceId' | 'posterAccountId'>,
  requesterId: string,
): Promise<string | null> {
  const role = await findRole(database, bounty.workspaceId, requesterId);
  if (role === null) return 'Who asked is no member of the workspace any more.';
  if (!maySeeWallet(role)) return 'Who asked may not post or fund bounties there any more.';
  if (!mayManage({ accountId: requesterId, role }, bounty)) return `Who asked does not manage ${bounty.code} any more.`;
  return null;
}
