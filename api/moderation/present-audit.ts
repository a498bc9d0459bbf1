import type { z } from 'zod';
import type { auditWire } from './contract.ts';
import type { AuditRow } from './find-audit.ts';

/** A row of the audit log as it is sent. */
export function presentAudit(row: AuditRow): z.output<typeof auditWire> {
  return {
    id: String(row.id),
    at: row.at.toISOString(),
    action: row.action,
    account: row.account_id === null ? null : { id: row.account_id, name: row.account ?? '' },
    surface: row.surface,
    workspace: row.workspace,
    subject: row.subject,
    requestId: row.request_id,
    details: row.details,
  };
}
