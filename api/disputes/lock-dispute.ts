import type { Bounty } from '../bounties/bounty.ts';
import { lockBounty } from '../bounties/find-bounty.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { Submission } from '../submissions/submission.ts';
import { isUndecided, selectDisputes, type Dispute } from './dispute.ts';

export type LockedDispute = { dispute: Dispute; submission: Submission; bounty: Bounty };

/**
 * Locks a dispute that is there, with its submission and its bounty, until the transaction ends. Locks go from submission to bounty, as
 * everywhere (settle-submission.ts); whoever changes a dispute holds that of the bounty, as whoever moves its money does.
 */
export async function lockDispute(trx: Transaction, found: Pick<Dispute, 'id' | 'submission_id' | 'bounty_id'>) {
  const submission = await Submission.query(trx).findById(found.submission_id).forNoKeyUpdate();
  const bounty = await lockBounty(trx, found.bounty_id);
  const dispute: Dispute | undefined = await selectDisputes(trx).where('d.id', found.id).first();
  if (submission === undefined || dispute === undefined) throw new Error(`Dispute ${found.id} is gone`);
  return { dispute, submission, bounty } satisfies LockedDispute;
}

/** Throws `illegal_state` with what became of it when it is over. */
export function refuseEnded(dispute: Dispute): void {
  if (isUndecided(dispute)) return;
  const became = {
    withdrawn: 'was withdrawn',
    stands: 'is decided: the submission stands',
    fails: 'is decided: the submission fails',
  };
  throw new Failure(
    'illegal_state',
    `The dispute about ${dispute.agent_code} for ${dispute.bounty_code} ${became[dispute.state as keyof typeof became]}.`,
  );
}
