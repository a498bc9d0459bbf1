import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseLate, storeEvidence, type NewEvidence } from './add-evidence.ts';
import { auditDispute } from './audit-dispute.ts';
import type { DisputeView } from './find-dispute.ts';
import { lockDispute, refuseEnded } from './lock-dispute.ts';
import { mayAnswer } from './policy.ts';
import { tellSide } from './tell-of-dispute.ts';

/**
 * Answers a dispute, once; then it waits for the decision alone. Throws `forbidden` to its opener's side and to who is on neither,
 * `illegal_state` when it was answered, is over, or the time to answer is.
 */
export async function answerDispute(
  context: Context,
  trx: Transaction,
  { view, accountId, text, evidence }: { view: DisputeView; accountId: string; text: string; evidence: NewEvidence[] },
): Promise<void> {
  const { side } = view;
  if (side === null || !mayAnswer(side, view.dispute))
    throw new Failure('forbidden', 'Only the other side of a dispute may answer it.');
  const locked = await lockDispute(trx, view.dispute);
  const { dispute } = locked;
  refuseEnded(dispute);
  if (dispute.state === 'answered')
    throw new Failure(
      'illegal_state',
      'Your side has answered. You may still add evidence until the time to answer ends.',
    );
  refuseLate(dispute);
  await trx('disputes')
    .where({ id: dispute.id })
    .update({
      state: 'answered',
      answer: text,
      answer_account_id: accountId,
      answered_at: trx.raw('clock_timestamp()'),
    });
  await storeEvidence(trx, { disputeId: dispute.id, side, accountId }, evidence);
  await auditDispute(context, trx, locked, { accountId, action: 'answered', why: text });
  await tellSide(
    trx,
    { dispute, side: dispute.opened_by, except: accountId },
    {
      type: 'dispute.answered',
      title: `The dispute about ${dispute.agent_code} for ${dispute.bounty_code} is answered`,
      sentence: `An admin of Quarry decides by ${dispute.decide_by.toISOString()}.`,
    },
  );
}
