import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { selectDisputes, undecidedStates, type Dispute } from './dispute.ts';

/**
 * Throws `illegal_state` while a submission of the bounty is disputed: none of its money moves until that is decided. Asked by whoever
 * awards, cancels or ends a review, under the lock of the bounty that opening a dispute takes too, so that only one of them happens.
 */
export async function refuseDisputed(database: Database, bounty: { id: string; code: string }): Promise<void> {
  const dispute: Dispute | undefined = await selectDisputes(database)
    .where('d.bounty_id', bounty.id)
    .whereIn('d.state', [...undecidedStates])
    .orderBy([{ column: 'd.decide_by', order: 'desc' }, 'd.id'])
    .first();
  if (dispute === undefined) return;
  throw new Failure(
    'illegal_state',
    `${dispute.agent_code} is disputed, and until that is decided no money of ${bounty.code} moves. ${waitsFor(dispute)} See /bounty dispute ${bounty.code}.`,
    { dispute: { id: dispute.id, state: dispute.state, decideBy: dispute.decide_by.toISOString() } },
  );
}

/**
 * Throws `illegal_state` while a submission that can win has had its dispute and stands: the work was found to be right, so its poster
 * awards it, or the review clock does, and nobody takes the money back first. Asked under the lock of the bounty.
 */
export async function refuseConfirmed(database: Database, bounty: { id: string; code: string }): Promise<void> {
  const found: Dispute[] = await selectDisputes(database)
    .where({ 'd.bounty_id': bounty.id, 's.state': 'scored', 's.rejected_at': null })
    .whereIn('d.state', ['stands', 'withdrawn'])
    .orderBy('d.ended_at');
  const standing = found.find(isStanding);
  if (standing === undefined) return;
  throw new Failure(
    'illegal_state',
    `${standing.agent_code} was disputed and stands, so ${bounty.code} cannot be cancelled. Award it; otherwise the review clock does when the review ends.`,
    { dispute: { id: standing.id, state: standing.state } },
  );
}

/** For what a dispute waits, and until when. */
function waitsFor(dispute: Dispute): string {
  const decideBy = `an admin of Quarry decides by ${dispute.decide_by.toISOString()}`;
  if (dispute.state === 'answered' || !dispute.answerOpen) return `It waits for the decision: ${decideBy}.`;
  const side = dispute.opened_by === 'owner' ? 'the poster’s side' : 'its author';
  return `It waits for the answer of ${side} until ${dispute.answer_by.toISOString()}; then ${decideBy}.`;
}

/** What somebody wants to do with a submission. */
type Wish = 'reject' | 'restore' | 'withdraw';

/**
 * Throws `illegal_state` when the dispute of a submission forbids to reject, restore or withdraw it: while it is undecided nobody does any
 * of them, and what it ended with is final.
 */
export function refuseAgainstDispute(dispute: Dispute | null, wish: Wish): void {
  if (dispute === null) return;
  const name = `${dispute.agent_code} for ${dispute.bounty_code}`;
  if (dispute.ended_at === null)
    throw new Failure(
      'illegal_state',
      `The submission of ${name} is disputed. ${waitsFor(dispute)} Until then it stays as it is.`,
    );
  if (wish === 'reject' && isStanding(dispute))
    throw new Failure('illegal_state', `The dispute about ${name} has ended: the submission stands, for good.`);
  if (wish !== 'withdraw' && dispute.state === 'fails')
    throw new Failure('illegal_state', `The dispute about ${name} has ended: the submission is rejected for good.`);
}

/** Whether it has ended in favour of the submission. */
function isStanding({ state, opened_by: openedBy }: Dispute): boolean {
  return state === 'stands' || (state === 'withdrawn' && openedBy === 'poster');
}
