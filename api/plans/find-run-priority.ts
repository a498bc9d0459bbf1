import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { findPlan, findPlansOf, type HeldPlan } from './find-plan.ts';

const paidPriority = 10;

/**
 * The priority of runs that are being queued: above the rest when the bounty's workspace has priority executions, or, for tests of one's
 * own, a workspace one is in. What everybody has on this installation lifts nobody above anybody.
 */
export async function findRunPriority(
  context: Context,
  trx: Transaction,
  runs: { class: string; accountId: string; bountyId: string | null },
): Promise<number> {
  const plans =
    runs.class === 'interactive' || runs.bountyId === null
      ? await findPlansOf(context, trx, runs.accountId)
      : [await planOfBounty(context, trx, runs.bountyId)];
  return plans.some(isLifted) ? paidPriority : 0;
}

function isLifted({ addons, source }: HeldPlan): boolean {
  return source !== 'installation' && addons.includes('priority_executions');
}

async function planOfBounty(context: Context, trx: Transaction, bountyId: string): Promise<HeldPlan> {
  const bounty = await trx('bounties').where({ id: bountyId }).first('workspace_id');
  return findPlan(context, trx, bounty.workspace_id);
}
