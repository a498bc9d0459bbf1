import type { Database } from '../platform/database.ts';
import type { Role } from '../workspaces/roles.ts';

/** What somebody may spend of a team's money in a calendar month (UTC), in minor units; `limitMinor` null: as much as there is. */
export type Allowance = { limitMinor: bigint | null; spentMinor: bigint; approvalAboveMinor: bigint | null };

/** A limit that was set, for a member or for everybody of a role. */
export type SetLimit = {
  currency: string;
  accountId: string | null;
  name: string | null;
  role: Role | null;
  monthlyMinor: bigint;
};

/** Where no limit is set: owners and admins may spend what there is, nobody else anything. */
function usualLimit(role: Role): bigint | null {
  return role === 'owner' || role === 'admin' ? null : 0n;
}

/**
 * What a member may still spend now: their own limit, else their role's, else the usual one; what counts is all they paid this month and
 * did not get back, what is being charged, and what waits for approval (but for `exceptRequest`). Exact while the wallet is locked.
 */
export async function findAllowance(
  database: Database,
  who: { workspaceId: string; accountId: string; role: Role; currency: string; exceptRequest?: string | undefined },
): Promise<Allowance> {
  const { workspaceId, accountId, role, currency } = who;
  const limits: { account_id: string | null; monthly_minor: bigint }[] = await database('spend_limits')
    .where({ workspace_id: workspaceId, currency })
    .where((or) => void or.where({ account_id: accountId }).orWhere({ role }))
    .select('account_id', 'monthly_minor');
  const set = limits.find((limit) => limit.account_id !== null) ?? limits[0];
  const rule = await database('approval_rules')
    .where({ workspace_id: workspaceId, currency })
    .first('approval_above_minor');
  return {
    limitMinor: set?.monthly_minor ?? usualLimit(role),
    spentMinor: await findSpent(database, who),
    approvalAboveMinor: rule?.approval_above_minor ?? null,
  };
}

/** Every limit of a workspace, roles first, and from which amount on a second person must agree. */
export async function findLimits(
  database: Database,
  workspaceId: string,
): Promise<{ limits: SetLimit[]; approvalAbove: { currency: string; aboveMinor: bigint }[] }> {
  const limits: SetLimit[] = await database('spend_limits as l')
    .leftJoin('accounts as a', 'a.id', 'l.account_id')
    .where('l.workspace_id', workspaceId)
    .orderByRaw('l.currency, l.role nulls last, a.display_name, l.id')
    .select({
      currency: 'l.currency',
      accountId: 'l.account_id',
      name: 'a.display_name',
      role: 'l.role',
      monthlyMinor: 'l.monthly_minor',
    });
  const approvalAbove = await database('approval_rules')
    .where({ workspace_id: workspaceId })
    .orderBy('currency')
    .select({ currency: 'currency', aboveMinor: 'approval_above_minor' });
  return { limits, approvalAbove };
}

async function findSpent(
  database: Database,
  {
    workspaceId,
    accountId,
    currency,
    exceptRequest,
  }: { workspaceId: string; accountId: string; currency: string; exceptRequest?: string | undefined },
): Promise<bigint> {
  const { rows } = await database.raw<{ rows: { spent: bigint }[] }>(
    `with month as (select date_trunc('month', clock_timestamp() at time zone 'UTC') at time zone 'UTC' as began)
     select ((select coalesce(sum(c.total_minor - coalesce((select sum(r.amount_minor) from refunds r where r.checkout_id = c.id), 0)), 0)
         from checkouts c join bounties b on b.id = c.bounty_id, month
         where b.workspace_id = :workspaceId and c.account_id = :accountId and c.currency = :currency and c.source <> 'checkout'
           and c.state in ('creating', 'paid') and c.created_at >= month.began)
       + (select coalesce(sum(q.total_minor), 0) from funding_requests q
         where q.workspace_id = :workspaceId and q.requester_id = :accountId and q.currency = :currency and q.state = 'pending'
           and q.id is distinct from :exceptRequest::uuid))::bigint as spent`,
    { workspaceId, accountId, currency, exceptRequest: exceptRequest ?? null },
  );
  return rows[0]?.spent ?? 0n;
}
