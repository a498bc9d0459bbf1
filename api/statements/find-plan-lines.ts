import type { Transaction } from '../platform/database.ts';
import type { Period } from './period.ts';

/** What the card of a workspace's subscription paid or was sent back; it is spent at once, so it is in no balance. */
export type PlanLine = { at: Date; kind: string; invoice: string | null; currency: string; amountMinor: bigint };

/** Every payment of a workspace's subscription in a period, and what went back of it; paid is positive. */
export async function findPlanLines(
  trx: Transaction,
  workspaceId: string,
  { from, until }: Pick<Period, 'from' | 'until'>,
): Promise<PlanLine[]> {
  const { rows } = await trx.raw<{ rows: PlanLine[] }>(
    `select t.posted_at as at, t.kind, i.number as invoice, e.currency, e.amount_minor as "amountMinor"
     from ledger.transfers t join plan_invoices i on i.id = split_part(t.key, ':', 2)
       join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id and a.kind = 'cash'
     where t.kind like 'subscription%' and i.workspace_id = ? and t.posted_at >= ? and t.posted_at < ? order by t.posted_at, t.id`,
    [workspaceId, from, until],
  );
  return rows;
}
