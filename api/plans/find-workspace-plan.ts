import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { findPlan, type HeldPlan } from './find-plan.ts';
import { findOwnWorkspace, type WorkspaceOfPlan } from './find-managed-workspace.ts';
import { mayManagePlan } from './policy.ts';

/** A subscription as it stands; `graceEndsAt` is set while a payment is missing, also when that moment has passed. */
export type Subscription = {
  id: string;
  status: string;
  addons: string[];
  cancelsAt: Date | null;
  periodEnd: Date | null;
  graceEndsAt: Date | null;
};

export type Usage = { openBounties: number; postedThisMonth: number };

export type WorkspacePlan = {
  workspace: WorkspaceOfPlan;
  held: HeldPlan;
  subscription: Subscription | null;
  usage: Usage;
  canManage: boolean;
};

/** What a member sees of their workspace's plan: what it has and why, what it pays, what it uses. Throws `not_found` to others. */
export async function findWorkspacePlan(
  context: Context,
  request: { workspace: string; accountId: string },
): Promise<WorkspacePlan> {
  const { database } = context;
  const { workspace, role } = await findOwnWorkspace(database, request.workspace, request.accountId);
  return {
    workspace,
    held: await findPlan(context, database, workspace.id),
    subscription: await findSubscription(context, database, workspace.id),
    usage: await countUsage(database, workspace.id),
    canManage: mayManagePlan(role),
  };
}

/** The subscription that is charged now, or would be if its card worked; null when there is none. */
export async function findSubscription(
  context: Pick<Context, 'config'>,
  database: Database,
  workspaceId: string,
): Promise<Subscription | null> {
  const { rows } = await database.raw<{ rows: Subscription[] }>(
    `select id, status, addons, cancels_at as "cancelsAt", period_end as "periodEnd",
       past_due_since + ? * interval '1 day' as "graceEndsAt"
     from subscriptions where workspace_id = ? and status in ('active', 'trialing', 'past_due', 'unpaid')
     order by created_at desc limit 1`,
    [context.config.plans.graceDays, workspaceId],
  );
  return rows[0] ?? null;
}

async function countUsage(database: Database, workspaceId: string): Promise<Usage> {
  const { rows } = await database.raw<{ rows: { open: bigint; posted: bigint }[] }>(
    `select count(*) filter (where state in ('open', 'reviewing')) as open,
       count(*) filter (where created_at >= date_trunc('month', clock_timestamp(), 'UTC')) as posted
     from bounties where workspace_id = ?`,
    [workspaceId],
  );
  return { openBounties: Number(rows[0]?.open ?? 0), postedThisMonth: Number(rows[0]?.posted ?? 0) };
}
