import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { findManagingSeat } from './find-wallet.ts';

/** One movement of a wallet: who moved what and why; amounts are minor units, signed as for the wallet. */
export type WalletLine = {
  id: string;
  at: Date;
  kind: string;
  who: string | null;
  approvedBy: string | null;
  reason: string | null;
  bountyCode: string | null;
  currency: string;
  amountMinor: bigint;
  balanceMinor: bigint;
};

/** Every movement of a workspace's wallet, the newest first, for its owners and admins. Throws `not_found` and `forbidden`. */
export async function findWalletHistory(
  context: Context,
  request: { workspace: string; accountId: string; limit: number; cursor?: string | undefined },
): Promise<{ lines: WalletLine[]; nextCursor: string | null }> {
  const { database } = context;
  const seat = await findManagingSeat(database, request.workspace, request.accountId, 'read its history');
  const before = request.cursor === undefined ? null : readPlace(request.cursor);
  const { rows } = await database.raw<{ rows: WalletLine[] }>(
    `select e.id::text as id, t.posted_at as at, t.kind, who.display_name as who, approver.display_name as "approvedBy", audit.reason,
       b.code as "bountyCode", e.currency, -e.amount_minor as "amountMinor", e.balance_minor as "balanceMinor"
     from (
       select * from (
         select x.*, sum(-x.amount_minor) over (partition by x.account_id order by x.id)::bigint as balance_minor
         from ledger.accounts a join ledger.entries x on x.account_id = a.id where a.code = :code
       ) every where (:before::bigint is null or id < :before::bigint) order by id desc limit :limit
     ) e join ledger.transfers t on t.id = e.transfer_id
       left join accounts who on who.id = t.actor::uuid
       left join bounties b on b.id = t.bounty_id
       left join checkouts c on c.id = case when t.kind = 'fund_from_wallet' then substr(t.key, length('fund:') + 1)::uuid end
       left join funding_requests q on q.id = c.request_id
       left join accounts approver on approver.id = q.decided_by
       left join lateral (select l.details ->> 'reason' as reason from security_audit_log l
         where t.kind in ('withdraw', 'wallet_return') and l.workspace_id = :workspaceId and l.action in ('wallet.withdrawn', 'wallet.sent_back')
           and l.details ->> 'withdrawalId' = split_part(t.key, ':', 2) limit 1) audit on true
     order by e.id desc`,
    { code: `wallet:${seat.workspaceId}`, workspaceId: seat.workspaceId, before, limit: request.limit + 1 },
  );
  const lines = rows.slice(0, request.limit);
  const last = rows.length > request.limit ? lines.at(-1) : undefined;
  return { lines, nextCursor: last === undefined ? null : writeCursor([last.id]) };
}

function readPlace(cursor: string): string {
  const [id] = readCursor(cursor, 1);
  if (/^\d{1,18}$/.test(String(id))) return String(id);
  throw new Failure('invalid_request', 'The cursor belongs to another list. Start again without "cursor".');
}
