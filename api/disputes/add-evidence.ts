import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { auditDispute } from './audit-dispute.ts';
import type { Dispute, Side } from './dispute.ts';
import type { DisputeView } from './find-dispute.ts';
import { disputeLimits as limits } from './limits.ts';
import { lockDispute, refuseEnded } from './lock-dispute.ts';

/** A text, a link that is never followed here, or both. */
export type NewEvidence = { text?: string | undefined; url?: string | undefined };

/**
 * Adds evidence of one of the two sides, until the time to answer is over. Throws `forbidden` to who is on neither, `illegal_state` when it
 * is too late or the side has given enough.
 */
export async function addEvidence(
  context: Context,
  trx: Transaction,
  { view, accountId, evidence }: { view: DisputeView; accountId: string; evidence: NewEvidence[] },
): Promise<void> {
  if (view.side === null) throw new Failure('forbidden', 'Only the two sides of a dispute may add evidence to it.');
  const locked = await lockDispute(trx, view.dispute);
  refuseEnded(locked.dispute);
  refuseLate(locked.dispute);
  await storeEvidence(trx, { disputeId: view.dispute.id, side: view.side, accountId }, evidence);
  const why = `The side of the ${view.side} gave ${evidence.length} more.`;
  await auditDispute(context, trx, locked, { accountId, action: 'evidence_added', why });
}

/** Throws `illegal_state` once the time to answer is over. */
export function refuseLate({ answerOpen, agent_code: agent, bounty_code: bounty, answer_by: until }: Dispute): void {
  if (answerOpen) return;
  throw new Failure(
    'illegal_state',
    `The dispute about ${agent} for ${bounty} took answers and evidence until ${until.toISOString()}. An admin of Quarry decides now.`,
  );
}

/** Keeps evidence as it was given. Throws `illegal_state` when a side would have given more than twenty pieces. */
export async function storeEvidence(
  trx: Transaction,
  by: { disputeId: string; side: Side; accountId: string },
  evidence: NewEvidence[],
): Promise<void> {
  if (evidence.length === 0) return;
  const given = await trx('dispute_evidence').where({ dispute_id: by.disputeId, side: by.side }).count();
  if (Number(given[0]?.['count']) + evidence.length > limits.evidenceOfSideMax)
    throw new Failure(
      'illegal_state',
      `Your side may give ${limits.evidenceOfSideMax} pieces of evidence in all; it has given ${given[0]?.['count']}.`,
    );
  await trx('dispute_evidence').insert(
    evidence.map(({ text, url }) => ({
      dispute_id: by.disputeId,
      side: by.side,
      account_id: by.accountId,
      text: text ?? null,
      url: url ?? null,
    })),
  );
}
