import type { Bounty } from '../bounties/bounty.ts';
import { extendReview, isNearLastMoment, isReviewOver } from '../bounties/extend-review.ts';
import { findSight, lockBounty } from '../bounties/find-bounty.ts';
import { findDisputeOf } from '../disputes/dispute.ts';
import { giveIn } from '../disputes/give-in.ts';
import { refuseAgainstDispute } from '../disputes/refuse-disputed.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { changeRanking } from './change-ranking.ts';
import { tellOfRejection } from '../disputes/tell-of-rejection.ts';
import { maySeeSubmission } from './policy.ts';
import { isFinal, Submission } from './submission.ts';

type Decision = { submissionId: string; accountId: string };

/**
 * Takes a submission off the ranking, with a reason its owner reads; it can then not be awarded. Again with another reason replaces it.
 * Its owner may dispute that when it had passed. Throws `not_found`, `forbidden` to who does not manage the bounty, `illegal_state` once the
 * bounty is decided, and as its dispute says.
 */
export async function rejectSubmission(
  context: Context,
  trx: Transaction,
  request: Decision & { reason: string },
): Promise<void> {
  await decide(context, trx, request, request.reason);
}

/** Puts a rejected submission back; the inverse of rejecting, with the same refusals. A dispute of its owner's is over with that. */
export async function restoreSubmission(context: Context, trx: Transaction, request: Decision): Promise<void> {
  await decide(context, trx, request, null);
}

/** Locks go from submission to bounty, as everywhere (settle-submission.ts). */
async function decide(context: Context, trx: Transaction, request: Decision, reason: string | null): Promise<void> {
  const submission = await lockForManager(trx, request);
  const bounty = await lockBounty(trx, submission.bountyId);
  if (submission.state === 'withdrawn' || (bounty.state !== 'open' && bounty.state !== 'reviewing')) {
    const what = submission.state === 'withdrawn' ? 'The submission is withdrawn' : `${bounty.code} is ${bounty.state}`;
    throw new Failure('illegal_state', `${what}; its ranking can no longer be changed.`);
  }
  if (submission.rejectedReason === reason) return;
  const dispute = await findDisputeOf(trx, submission.id);
  // Whose author disputes a rejection, and who lifts it, agree: the dispute is over.
  if (reason === null && dispute?.ended_at === null && dispute.opened_by === 'owner')
    return giveIn(context, trx, { dispute, submission, bounty }, request.accountId);
  refuseAgainstDispute(dispute, reason === null ? 'restore' : 'reject');
  if (reason !== null && submission.rejectedReason === null) {
    if (submission.passed === true || !isFinal(submission.state)) await leaveTimeToDispute(context, trx, bounty);
    if (submission.passed === true) await tellOfRejection(trx, { submission, bounty, reason });
  }
  await changeRanking(trx, { submission, bounty }, reason);
  context.logger.info(
    { submissionId: submission.id, by: request.accountId, rejected: reason !== null },
    'submission decided',
  );
}

/**
 * Who passed, or still may, can dispute that they are rejected: the review lasts long enough for that. Once it is over as announced, or the
 * money may not wait so long, it is too late to reject: who thinks that it must not win disputes it then.
 */
async function leaveTimeToDispute(context: Context, trx: Transaction, bounty: Bounty): Promise<void> {
  if (await isReviewOver(trx, bounty.id))
    throw new Failure(
      'illegal_state',
      `The review of ${bounty.code} was announced to end by now; what passed can be rejected no more.`,
    );
  if (await isNearLastMoment(context, trx, bounty.id))
    throw new Failure(
      'illegal_state',
      `The money of ${bounty.code} may be held hardly any longer, so that its author would have no time to dispute a rejection. Dispute the submission instead: /bounty dispute ${bounty.code}.`,
    );
  await extendReview(context, trx, bounty.id);
}

async function lockForManager(trx: Transaction, { submissionId, accountId }: Decision): Promise<Submission> {
  const submission = isUuid(submissionId)
    ? await Submission.query(trx).findById(submissionId).forNoKeyUpdate()
    : undefined;
  const sight = submission === undefined ? null : await findSight(trx, submission.bountyId, accountId);
  if (
    submission === undefined ||
    sight === null ||
    !maySeeSubmission({ accountId, managesBounty: sight.canManage }, submission)
  ) {
    throw new Failure('not_found', 'There is no submission under that id that you may see. Check it and try again.');
  }
  if (!sight.canManage) {
    throw new Failure('forbidden', `Only the poster of ${sight.bounty.code} or an admin of its workspace may do this.`);
  }
  return submission;
}
