import { touchBounty } from '../bounties/touch-bounty.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import type { Submission } from './submission.ts';

/**
 * Takes a locked submission off the ranking with a reason, or puts it back (`reason` null), and tells its owner and whoever watches the
 * board. Its bounty is locked too.
 */
export async function changeRanking(
  trx: Transaction,
  { submission, bounty }: { submission: Submission; bounty: { id: string; workspaceId: string } },
  reason: string | null,
): Promise<void> {
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
}
