import { findCurrency } from '../ledger/currencies.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { findRole } from '../workspaces/find-role.ts';
import type { Role } from '../workspaces/roles.ts';
import { findManagingSeat, type Seat } from './find-wallet.ts';
import { lockWallet } from './lock-wallet.ts';

type By = { workspace: string; accountId: string };

/**
 * Sets what a member, or everybody of a role, may spend of the team's money in a calendar month, in minor units; null takes the limit
 * away, and the role's, or the usual one, holds again. Throws `not_found`, `forbidden`, `invalid_value`.
 */
export async function setLimit(
  context: Context,
  by: By,
  limit: { currency: string; memberId: string | null; role: Role | null; monthlyMinor: bigint | null },
): Promise<void> {
  const { currency, memberId, role, monthlyMinor } = limit;
  await change(context, by, currency, async (trx, { workspaceId }) => {
    if (memberId !== null) await refuseStranger(trx, workspaceId, memberId);
    const whose = { workspace_id: workspaceId, currency, account_id: memberId, role };
    await trx('spend_limits').where(whose).delete();
    if (monthlyMinor !== null)
      await trx('spend_limits').insert({ ...whose, monthly_minor: String(monthlyMinor), set_by: by.accountId });
    return { action: 'wallet.limit_set', details: { currency, memberId, role, monthlyMinor: numberOf(monthlyMinor) } };
  });
}

/** Sets from which amount on a second person must agree; null: never. What waits already goes on waiting. Throws as `setLimit` does. */
export async function setApprovalRule(
  context: Context,
  by: By,
  { currency, aboveMinor }: { currency: string; aboveMinor: bigint | null },
): Promise<void> {
  await change(context, by, currency, async (trx, { workspaceId }) => {
    const which = { workspace_id: workspaceId, currency };
    await trx('approval_rules').where(which).delete();
    if (aboveMinor !== null)
      await trx('approval_rules').insert({
        ...which,
        approval_above_minor: String(aboveMinor),
        set_by: by.accountId,
      });
    return { action: 'wallet.approval_rule_set', details: { currency, aboveMinor: numberOf(aboveMinor) } };
  });
}

/** Names an approver, or takes one's name away; either is the same when done again. Throws as `setLimit` does. */
export async function setApprover(
  context: Context,
  by: By,
  { memberId, isApprover }: { memberId: string; isApprover: boolean },
): Promise<void> {
  await change(context, by, null, async (trx, { workspaceId }) => {
    if (isApprover) await refuseStranger(trx, workspaceId, memberId);
    const who = { workspace_id: workspaceId, account_id: memberId };
    if (isApprover)
      await trx('approvers')
        .insert({ ...who, added_by: by.accountId })
        .onConflict()
        .ignore();
    else await trx('approvers').where(who).delete();
    return { action: isApprover ? 'wallet.approver_added' : 'wallet.approver_removed', details: { memberId } };
  });
}

type Change = (trx: Transaction, seat: Seat) => Promise<{ action: string; details: object }>;

/** Under the wallet's lock, so that nobody spends by the old rules while they change; who did what goes to the audit log. */
async function change(context: Context, by: By, currency: string | null, make: Change): Promise<void> {
  if (currency !== null && findCurrency(currency) === null)
    throw new Failure('invalid_value', `${currency} is not supported. Choose another currency, such as USD or EUR.`);
  await context.database.transaction(async (trx) => {
    const seat = await findManagingSeat(trx, by.workspace, by.accountId, 'say who may spend what');
    await lockWallet(trx, seat.workspaceId);
    await once(context, trx, 'wallet rule', async () => {
      const { action, details } = await make(trx, seat);
      const { workspaceId } = seat;
      const { asked } = context;
      await recordAudit(trx, { accountId: by.accountId, action, subject: workspaceId, workspaceId, asked, details });
    });
  });
}

async function refuseStranger(trx: Transaction, workspaceId: string, memberId: string): Promise<void> {
  const role = await findRole(trx, workspaceId, memberId);
  if (role === null) throw new Failure('invalid_value', 'That person is no member of this workspace.');
  if (role === 'developer')
    throw new Failure('invalid_value', 'That person is a developer there. Make them a poster first.');
}

function numberOf(minor: bigint | null): number | null {
  return minor === null ? null : Number(minor);
}
