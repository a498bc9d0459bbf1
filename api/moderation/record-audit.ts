import type { Asked } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';

/**
 * Who did what, about what, and why; never a secret. `subject` is a uuid; what has none is named in the details. `workspaceId` is whose
 * money or things it was about: its owners and admins read it. `asked` is the request it was done for; absent: a rule of Quarry's did it.
 */
export type AuditEntry = {
  accountId: string | null;
  action: string;
  subject: string | null;
  details?: object;
  workspaceId?: string;
  asked?: Asked | undefined;
};

/** Notes for good, in the transaction of what was done, who did what with money, with somebody else's things, or with a secret. */
export async function recordAudit(trx: Transaction, entry: AuditEntry): Promise<void> {
  await trx('security_audit_log').insert({
    account_id: entry.accountId,
    action: entry.action,
    subject: entry.subject,
    details: JSON.stringify(entry.details ?? {}),
    workspace_id: entry.workspaceId ?? null,
    surface: entry.asked?.surface ?? null,
    request_id: entry.asked?.id ?? null,
  });
}
