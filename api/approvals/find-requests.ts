import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { findRole } from '../workspaces/find-role.ts';
import { findSeat } from '../wallets/find-wallet.ts';
import { mayManageWallet, maySeeWallet } from '../wallets/policy.ts';
import type { Role } from '../workspaces/roles.ts';
import type { FundingRequest } from './ask-approval.ts';
import { findApprovers } from './find-approvers.ts';
import { mayApprove, mayDecline } from './policy.ts';

/** A request with the names a person knows things by, and what the reader may do. */
export type RequestView = FundingRequest & {
  code: string;
  /** Null to a colleague who has nothing to decide: a draft is for who may manage it. */
  title: string | null;
  requester: string;
  decider: string | null;
  mayApprove: boolean;
  mayDecline: boolean;
};

/** The request as a member of its workspace sees it. Throws `not_found` to everybody else. */
export async function findRequestFor(context: Context, id: string, accountId: string): Promise<RequestView> {
  const { database } = context;
  const row = isUuid(id) ? await requests(database).where('q.id', id).first() : undefined;
  const role = row === undefined ? null : await findRole(database, row.workspace_id, accountId);
  if (!maySeeWallet(role)) throw new Failure('not_found', 'There is no request under that id.');
  const [view] = await viewOf(database, [row], { workspaceId: row.workspace_id, accountId, role });
  if (view === undefined) throw new Error('A request has no view');
  return view;
}

/** The requests of a workspace that wait, and the newest that were decided. Throws `not_found` and `forbidden`. */
export async function findRequests(
  context: Context,
  workspace: string,
  accountId: string,
): Promise<{ workspace: string; requests: RequestView[] }> {
  const { database } = context;
  const seat = await findSeat(database, workspace, accountId);
  if (!maySeeWallet(seat.role))
    throw new Failure('forbidden', `Your role in ${seat.name} is developer. Ask an admin to make you a poster.`);
  const rows = await requests(database)
    .where('q.workspace_id', seat.workspaceId)
    .orderByRaw(`q.state = 'pending' desc, q.created_at desc`)
    .limit(50);
  return { workspace: seat.name, requests: await viewOf(database, rows, { ...seat, accountId }) };
}

function requests(database: Database) {
  return database('funding_requests as q')
    .join('bounties as b', 'b.id', 'q.bounty_id')
    .join('accounts as r', 'r.id', 'q.requester_id')
    .leftJoin('accounts as d', 'd.id', 'q.decided_by')
    .select('q.*', 'b.code', 'b.title', 'r.display_name as requester', 'd.display_name as decider');
}

async function viewOf(
  database: Database,
  rows: Omit<RequestView, 'mayApprove' | 'mayDecline'>[],
  { workspaceId, accountId, role }: { workspaceId: string; accountId: string; role: Role | null },
): Promise<RequestView[]> {
  const ids = (await findApprovers(database, workspaceId)).approvers.map((one) => one.accountId);
  return rows.map((row) => ({
    ...row,
    title: mayManageWallet(role) || mayDecline(accountId, ids, row) ? row.title : null,
    mayApprove: row.state === 'pending' && mayApprove(accountId, ids, row),
    mayDecline: row.state === 'pending' && mayDecline(accountId, ids, row),
  }));
}
