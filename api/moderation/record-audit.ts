import type { Transaction } from '../platform/database.ts';

/** Notes for good who did what with somebody else's things, or with a secret; never the secret itself. `subject` is a uuid; what has none is named in the details. */
export async function recordAudit(
  trx: Transaction,
  entry: { accountId: string | null; action: string; subject: string | null; details?: object },
): Promise<void> {
  await trx('security_audit_log').insert({
    account_id: entry.accountId,
    action: entry.action,
    subject: entry.subject,
    details: JSON.stringify(entry.details ?? {}),
  });
}
