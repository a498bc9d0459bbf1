import { findSight, lockBounty } from '../bounties/find-bounty.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { isUuid } from '../platform/short-code.ts';
import { maySeeSubmission } from './policy.ts';
import { Submission } from './submission.ts';

type Decision = { submissionId: string; accountId: string };

/**
 * Takes a submission off the ranking, with a reason its owner reads; it can then not be awarded. Again with another reason replaces it.
 * Throws `not_found`, `forbidden` to who does not manage the bounty, `illegal_state` once the bounty is decided.
 */
export async function rejectSubmission(
  context: Context,
  trx: Transaction,
  request: Decision & { reason: string },
): Promise<void> {
  await decide(context, trx, request, request.reason);
}

/** Puts a rejected submission back; the inverse of rejecting, with the same refusals. */
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
  await trx('submissions')
    .where({ id: submission.id })
    .update({ rejected_at: reason === null ? null : trx.raw('clock_timestamp()'), rejected_reason: reason });
  const about = { bountyId: bounty.id, workspaceId: bounty.workspaceId };
  await recordEvent(trx, {
    ...about,
    type: 'submission.changed',
    audience: 'account',
    accountId: submission.accountId,
    payload: { submissionId: submission.id, state: submission.state, rejected: reason !== null },
  });
  await recordEvent(trx, { ...about, type: 'leaderboard.changed', payload: { submissionId: submission.id } });
  await touchBounty(trx, bounty.id);
  context.logger.info(
    { submissionId: submission.id, by: request.accountId, rejected: reason !== null },
    'submission decided',
  );
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
