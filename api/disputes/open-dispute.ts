import { isReviewOver, findLastMoment } from '../bounties/extend-review.ts';
import type { Bounty } from '../bounties/bounty.ts';
import { findSight, lockBounty } from '../bounties/find-bounty.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { Submission } from '../submissions/submission.ts';
import { storeEvidence, type NewEvidence } from './add-evidence.ts';
import { auditDispute } from './audit-dispute.ts';
import { findDisputeOf, type Side } from './dispute.ts';
import { disputeLimits as limits } from './limits.ts';
import { sideOf } from './policy.ts';
import { tellSide } from './tell-of-dispute.ts';

type Request = { submissionId: string; accountId: string; reason: string; evidence: NewEvidence[] };

/**
 * Opens the dispute of a submission that passed: by its owner when it is rejected, or by who manages the bounty, who say that it must not
 * win. From now on no money of the bounty moves until it is decided. Answers its id. Throws `not_found` to everybody else, `conflict` when
 * the submission had its dispute, `illegal_state` when there is nothing to dispute or it is too late.
 */
export async function openDispute(context: Context, trx: Transaction, request: Request): Promise<string> {
  const { accountId } = request;
  const { submission, bounty, side } = await lockForSide(trx, request);
  await refuseUndisputable(trx, { submission, bounty, side });
  const until = await findTimes(context, trx, bounty);
  const [row] = await trx('disputes')
    .insert({
      bounty_id: bounty.id,
      submission_id: submission.id,
      opened_by: side,
      opener_account_id: accountId,
      reason: request.reason,
      ...until,
    })
    .returning('id');
  await storeEvidence(trx, { disputeId: row.id, side, accountId }, request.evidence);
  const dispute = await findDisputeOf(trx, submission.id);
  if (dispute === null) throw new Error(`Dispute ${row.id} is gone`);
  await auditDispute(context, trx, { dispute, bounty }, { accountId, action: 'opened', why: request.reason });
  const news = {
    type: 'dispute.opened',
    title: `${dispute.agent_code} for ${bounty.code} is disputed`,
    sentence:
      side === 'owner'
        ? `Its author says that it must not stay rejected, as it passed. Answer until ${day(until.answer_by)}. No money of ${bounty.code} moves until an admin of Quarry has decided.`
        : `The poster’s side says that it must not win, although it passed. Answer until ${day(until.answer_by)}. No money of ${bounty.code} moves until an admin of Quarry has decided.`,
    mayAnswer: true,
  };
  await tellSide(trx, { dispute, side: side === 'owner' ? 'poster' : 'owner', except: accountId }, news);
  await touchBounty(trx, bounty.id);
  context.logger.info({ disputeId: row.id, bountyId: bounty.id, side }, 'a submission is disputed');
  return row.id;
}

type Found = { submission: Submission; bounty: Bounty; side: Side };

/** Locks go from submission to bounty, as everywhere (settle-submission.ts). */
async function lockForSide(trx: Transaction, { submissionId, accountId }: Request): Promise<Found> {
  const submission = isUuid(submissionId)
    ? await Submission.query(trx).findById(submissionId).forNoKeyUpdate()
    : undefined;
  const sight = submission === undefined ? null : await findSight(trx, submission.bountyId, accountId);
  const side =
    submission === undefined || sight === null
      ? null
      : sideOf({ accountId, managesBounty: sight.canManage }, submission);
  if (submission === undefined || side === null)
    throw new Failure('not_found', 'There is no submission under that id that you may see. Check it and try again.');
  return { submission, bounty: await lockBounty(trx, submission.bountyId), side };
}

async function refuseUndisputable(trx: Transaction, { submission, bounty, side }: Found): Promise<void> {
  const before = await findDisputeOf(trx, submission.id);
  if (before !== null)
    throw new Failure(
      'conflict',
      'This submission had its dispute; there is one for each. See it with /bounty dispute.',
      {
        dispute: { id: before.id, state: before.state },
      },
    );
  if (bounty.state !== 'open' && bounty.state !== 'reviewing')
    throw refusal(`${bounty.code} is ${bounty.state}: its money has moved, so that nothing of it can be disputed.`);
  if (submission.state !== 'scored' || submission.passed !== true)
    throw refusal('Only a submission that reached every pass mark can be disputed. See why with /bounty why.');
  if (side === 'owner' && submission.rejectedAt === null)
    throw refusal('Your submission is not rejected, so there is nothing that you could dispute.');
  if (side === 'poster' && (await isReviewOver(trx, bounty.id)))
    throw refusal(`The review of ${bounty.code} was announced to end by now; its side can dispute nothing more.`);
}

/** The deadlines by the database's clock, none of them later than the money may wait. */
async function findTimes(context: Context, trx: Transaction, bounty: Bounty) {
  const last = await findLastMoment(context, trx, bounty.id);
  const { rows } = await trx.raw<{ rows: { answer_by: Date; decide_by: Date; isLate: boolean | null }[] }>(
    `select least(now + :answerDays * interval '1 day', :last::timestamptz) as answer_by,
       least(now + :decideDays * interval '1 day', :last::timestamptz) as decide_by, :last::timestamptz <= now as "isLate"
     from (select clock_timestamp() as now) as clock`,
    { last, answerDays: limits.answerDays, decideDays: limits.decideDays },
  );
  const [times] = rows;
  if (times === undefined) throw new Error('The database told no time');
  if (times.isLate)
    throw refusal(
      `The money of ${bounty.code} may be held hardly any longer, so that nothing of it can be disputed now.`,
    );
  return { answer_by: times.answer_by, decide_by: times.decide_by, lapses_at: last };
}

function day(moment: Date): string {
  return moment
    .toISOString()
    .replace('T', ', ')
    .replace(/:\d\d\.\d+Z$/, ' UTC');
}

function refusal(sentence: string): Failure {
  return new Failure('illegal_state', sentence);
}
