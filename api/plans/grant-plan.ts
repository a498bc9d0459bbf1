import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import type { AddonName, PlanName } from './catalogue.ts';
import { findWorkspace, type WorkspaceOfPlan } from './find-managed-workspace.ts';

export type Agreement = { accountId: string; workspace: string; plan: PlanName; addons: AddonName[]; reason: string };

/**
 * Gives a workspace a plan by agreement, in the caller's transaction, or ends the agreement with `free`. A subscription by card is not
 * touched by it. Who did it and why is in the audit log. Throws `not_found`, and `illegal_state` when there is no agreement to end.
 */
export async function grantPlan(context: Context, trx: Transaction, agreement: Agreement): Promise<WorkspaceOfPlan> {
  const { accountId, plan, addons, reason } = agreement;
  const workspace = await findWorkspace(trx, agreement.workspace);
  if (workspace === null) throw new Failure('not_found', 'There is no workspace of that name or id.');
  const row = { plan, addons, reason, granted_by: accountId, granted_at: trx.raw('clock_timestamp()') };
  const known = await trx('plan_grants').where({ workspace_id: workspace.id }).forUpdate().first('plan', 'addons');
  if (plan === 'free') {
    if (known === undefined)
      throw new Failure(
        'illegal_state',
        `${workspace.name} has no agreement. A subscription by card is ended by its owner with /bounty-setup plan.`,
      );
    await trx('plan_grants').where({ workspace_id: workspace.id }).delete();
  } else {
    await trx('plan_grants')
      .insert({ workspace_id: workspace.id, ...row })
      .onConflict('workspace_id')
      .merge();
  }
  await recordAudit(trx, {
    accountId,
    action: plan === 'free' ? 'plan.agreement_ended' : 'plan.agreed',
    subject: workspace.id,
    workspaceId: workspace.id,
    asked: context.asked,
    details: { plan, addons, reason, before: known ?? null },
  });
  return workspace;
}
