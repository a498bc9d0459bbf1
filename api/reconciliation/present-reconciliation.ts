import type { z } from 'zod';
import type { reconciliationList, reconciliationSummary, reconciliationWire } from './contract.ts';
import type { ReconciliationRow } from './find-reconciliations.ts';
import type { SettlementStop } from './settlement-stop.ts';

export function presentList(
  rows: ReconciliationRow[],
  stop: SettlementStop | null,
): z.output<typeof reconciliationList> {
  const settlementStop = stop === null ? null : { reason: stop.reason, stoppedAt: stop.stoppedAt.toISOString() };
  return { data: rows.map(presentSummary), settlementStop };
}

export function presentReconciliation(row: ReconciliationRow): z.output<typeof reconciliationWire> {
  return { ...presentSummary(row), differences: row.differences ?? [] };
}

function presentSummary(row: ReconciliationRow): z.output<typeof reconciliationSummary> {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    cutOff: row.cut_off_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    problem: row.problem,
    movements: row.movements === null ? null : Number(row.movements),
    transfers: row.transfers === null ? null : Number(row.transfers),
    balances: row.balances ?? [],
    differenceCount: row.difference_count,
  };
}
