import { lockBounty } from '../bounties/find-bounty.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import { findDisputeOf } from '../disputes/dispute.ts';
import { refuseAgainstDispute } from '../disputes/refuse-disputed.ts';
import { cancelRuns } from '../executions/cancel-withdrawn.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { isUuid } from '../platform/short-code.ts';
import { mayWithdraw } from './policy.ts';
import { Submission } from './submission.ts';

/**
 * Takes a submission back: it leaves the board, its runs end, and its version may enter again. Withdrawing twice is fine. Throws
 * `not_found` for a foreign one, `illegal_state` once the bounty is decided and while it is disputed. Locks go from submission to bounty, as everywhere
 * (settle-submission.ts).
 */
export async function withdrawSubmission(
  _context: Context,
  trx: Transaction,
  submissionId: string,
  accountId: string,
): Promise<void> {
  const submission = isUuid(submissionId)
    ? await Submission.query(trx).findById(submissionId).forNoKeyUpdate()
    : undefined;
  if (submission === undefined || submission.accountId !== accountId) {
    throw new Failure('not_found', 'You have no submission under that id. Check it and try again.');
  }
  if (submission.state === 'withdrawn') return;
  const bounty = await lockBounty(trx, submission.bountyId);
  if (!mayWithdraw(accountId, submission, bounty)) {
    throw new Failure(
      'illegal_state',
      `${bounty.code} is ${bounty.state}; submissions to it can no longer be withdrawn.`,
    );
  }
  refuseAgainstDispute(await findDisputeOf(trx, submission.id), 'withdraw');
  await Submission.query(trx).findById(submission.id).patch({ state: 'withdrawn' });
  await cancelRuns(trx, submission.id);
  await recordEvent(trx, {
    type: 'submission.changed',
    audience: 'account',
    accountId,
    workspaceId: bounty.workspaceId,
    bountyId: bounty.id,
    payload: { submissionId: submission.id, state: 'withdrawn' },
  });
  await recordEvent(trx, {
    type: 'leaderboard.changed',
    workspaceId: bounty.workspaceId,
    bountyId: bounty.id,
    payload: { submissionId: submission.id },
  });
  await touchBounty(trx, bounty.id);
}
