import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import type { LockedDispute } from './lock-dispute.ts';

/** Notes for good who did what in a dispute, and why; null where a rule did it. */
export async function auditDispute(
  context: Context,
  trx: Transaction,
  { dispute, bounty }: Pick<LockedDispute, 'dispute' | 'bounty'>,
  entry: { accountId: string | null; action: string; why: string },
): Promise<void> {
  await recordAudit(trx, {
    accountId: entry.accountId,
    action: `dispute.${entry.action}`,
    subject: bounty.id,
    workspaceId: bounty.workspaceId,
    details: {
      disputeId: dispute.id,
      submissionId: dispute.submission_id,
      bounty: bounty.code,
      agent: dispute.agent_code,
      openedBy: dispute.opened_by,
      why: entry.why,
    },
    asked: context.asked,
  });
}
