import { extendReview } from '../bounties/extend-review.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { changeRanking } from '../submissions/change-ranking.ts';
import { auditDispute } from './audit-dispute.ts';
import type { LockedDispute } from './lock-dispute.ts';
import { tellSide } from './tell-of-dispute.ts';

/** How a dispute ends; `decidedBy` is the admin who found it, null where a side gave in or nobody decided in time. */
export type Ending = {
  state: 'withdrawn' | 'stands' | 'fails';
  reason: string;
  accountId: string | null;
  decidedBy: string | null;
};

const rejectedReasonMax = 1_000;

/**
 * Ends a locked dispute that is undecided, for good: the submission may win, or is rejected, or stays as it is when its owner gave in. The
 * review lasts at least three more days, within what the money may be held; both sides are told why.
 */
export async function endDispute(
  context: Context,
  trx: Transaction,
  locked: LockedDispute,
  { state, reason, accountId, decidedBy }: Ending,
): Promise<void> {
  const { dispute, submission, bounty } = locked;
  await trx('disputes')
    .where({ id: dispute.id })
    .update({ state, outcome_reason: reason, decided_by: decidedBy, ended_at: trx.raw('clock_timestamp()') });
  await extendReview(context, trx, bounty.id);
  // Who disputed a submission that passed and took it back has given in: it stands.
  const stands = state === 'stands' || (state === 'withdrawn' && dispute.opened_by === 'poster');
  if (state === 'fails') await changeRanking(trx, locked, cut(`Its dispute was lost: ${reason}`));
  else if (stands && submission.rejectedAt !== null) await changeRanking(trx, locked, null);
  else await touchBounty(trx, bounty.id);
  const action = decidedBy === null && state === 'stands' ? 'ended' : state === 'withdrawn' ? state : 'decided';
  await auditDispute(context, trx, locked, { accountId, action, why: `${state}: ${reason}` });
  const name = `${dispute.agent_code} for ${bounty.code}`;
  const news = {
    type: state === 'withdrawn' ? 'dispute.withdrawn' : 'dispute.decided',
    title:
      state === 'withdrawn'
        ? `The dispute about ${name} is withdrawn`
        : `${name} ${state === 'stands' ? 'stands: it may win' : 'is rejected for good'}`,
    sentence: reason,
  };
  for (const side of ['owner', 'poster'] as const) await tellSide(trx, { dispute, side, except: accountId }, news);
  context.logger.info({ disputeId: dispute.id, bountyId: bounty.id, state }, 'a dispute has ended');
}

/** What fits the column of a rejection's reason; the whole of it is in the dispute. */
function cut(reason: string): string {
  return Array.from(reason).slice(0, rejectedReasonMax).join('');
}
