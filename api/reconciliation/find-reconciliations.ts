import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import type { Balance } from './reconcile.ts';
import type { Difference } from './name-differences.ts';

export type ReconciliationRow = {
  id: string;
  kind: 'nightly' | 'asked';
  state: 'due' | 'running' | 'done';
  cut_off_at: Date;
  created_at: Date;
  finished_at: Date | null;
  problem: string | null;
  movements: bigint | null;
  transfers: bigint | null;
  balances: Balance[] | null;
  differences: Difference[] | null;
  difference_count: number | null;
};

const newest = 50;

/** The newest reports, without their differences. */
export async function findReconciliations(context: Context): Promise<ReconciliationRow[]> {
  return context.database('reconciliations').orderBy('created_at', 'desc').orderBy('id').limit(newest);
}

/** One report. Throws `not_found`. */
export async function findReconciliation(context: Context, id: string): Promise<ReconciliationRow> {
  const row = isUuid(id) ? await context.database('reconciliations').where({ id }).first() : undefined;
  if (row === undefined) throw new Failure('not_found', 'There is no reconciliation under that id.');
  return row;
}
