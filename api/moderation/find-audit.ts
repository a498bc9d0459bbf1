import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { isUuid } from '../platform/short-code.ts';
import { findRole } from '../workspaces/find-role.ts';
import { mayReadAudit } from './policy.ts';

/** One row of the audit log, with the names of who did it and whose it was. */
export type AuditRow = {
  id: bigint;
  at: Date;
  action: string;
  account_id: string | null;
  account: string | null;
  surface: 'api' | 'slack' | 'discord' | null;
  workspace: string | null;
  subject: string | null;
  request_id: string | null;
  details: Record<string, unknown>;
};

/** Which rows: of one account, one action, about one thing; a page of them, the newest first. */
export type AuditFilter = {
  account?: string | undefined;
  action?: string | undefined;
  subject?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

type AuditPage = { rows: AuditRow[]; nextCursor: string | null };

/** The whole log, for admins of the platform. */
export function findAudit(context: Context, filter: AuditFilter): Promise<AuditPage> {
  return findPage(context.database, filter, null);
}

/**
 * What was done with a workspace's money and things, for its owners and admins. Throws `not_found` to who is no member, and `forbidden` to
 * its other members.
 */
export async function findWorkspaceAudit(
  context: Context,
  request: AuditFilter & { workspace: string; accountId: string },
): Promise<AuditPage> {
  const { database } = context;
  const which = isUuid(request.workspace) ? { id: request.workspace } : { slug: request.workspace };
  const workspace = await database('workspaces').where(which).first('id', 'name');
  const role = workspace === undefined ? null : await findRole(database, workspace.id, request.accountId);
  if (role === null) throw new Failure('not_found', 'You are in no workspace of that name. Check it and try again.');
  if (!mayReadAudit(role))
    throw new Failure('forbidden', `Only owners and admins of ${workspace.name} read its audit log. Ask one of them.`);
  return findPage(database, request, workspace.id);
}

async function findPage(database: Database, filter: AuditFilter, workspaceId: string | null): Promise<AuditPage> {
  const query = database('security_audit_log as l')
    .leftJoin('accounts as a', 'a.id', 'l.account_id')
    .leftJoin('workspaces as w', 'w.id', 'l.workspace_id')
    .orderBy('l.id', 'desc')
    .limit(filter.limit + 1);
  if (workspaceId !== null) void query.where('l.workspace_id', workspaceId);
  if (filter.account !== undefined) void query.where('l.account_id', filter.account);
  if (filter.subject !== undefined) void query.where('l.subject', filter.subject);
  if (filter.action !== undefined) void query.where('l.action', filter.action);
  if (filter.cursor !== undefined) void query.where('l.id', '<', readPlace(filter.cursor));
  const rows: AuditRow[] = await query.select(
    'l.id',
    'l.at',
    'l.action',
    'l.account_id',
    'a.display_name as account',
    'l.surface',
    'w.slug as workspace',
    'l.subject',
    'l.request_id',
    'l.details',
  );
  const last = rows.length > filter.limit ? rows[filter.limit - 1] : undefined;
  return {
    rows: rows.slice(0, filter.limit),
    nextCursor: last === undefined ? null : writeCursor([String(last.id)]),
  };
}

function readPlace(cursor: string): string {
  const [id] = readCursor(cursor, 1);
  if (typeof id === 'string' && /^\d{1,18}$/.test(id)) return id;
  throw new Failure('invalid_request', 'The cursor belongs to another list. Start again without "cursor".');
}
