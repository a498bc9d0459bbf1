import type { z } from 'zod';
import type { disputeWire } from './contract.ts';
import { isUndecided } from './dispute.ts';
import type { DisputeView } from './find-dispute.ts';
import { mayAnswer, mayWithdrawDispute } from './policy.ts';

/** Row → wire. Who wrote something is told by side alone, and which admin decided not at all. */
export function presentDispute({ dispute, evidence, side }: DisputeView): z.output<typeof disputeWire> {
  const isOpen = isUndecided(dispute);
  return {
    id: dispute.id,
    bountyCode: dispute.bounty_code,
    submissionId: dispute.submission_id,
    agent: dispute.agent,
    agentCode: dispute.agent_code,
    openedBy: dispute.opened_by,
    state: dispute.state,
    reason: dispute.reason,
    createdAt: dispute.created_at.toISOString(),
    answerBy: dispute.answer_by.toISOString(),
    decideBy: dispute.decide_by.toISOString(),
    answer: said(dispute.answer, dispute.answered_at, (text, at) => ({ text, at })),
    evidence: evidence.map((piece) => ({
      side: piece.side,
      text: piece.text,
      url: piece.url,
      at: piece.created_at.toISOString(),
    })),
    outcome: said(dispute.outcome_reason, dispute.ended_at, (reason, at) => ({
      reason,
      at,
      byAdmin: dispute.decided_by !== null,
    })),
    side,
    may: {
      answer: dispute.state === 'open' && dispute.answerOpen && mayAnswer(side, dispute),
      addEvidence: isOpen && dispute.answerOpen && side !== null,
      withdraw: isOpen && mayWithdrawDispute(side, dispute),
    },
  };
}

function said<T>(text: string | null, at: Date | null, present: (text: string, at: string) => T): T | null {
  return text === null || at === null ? null : present(text, at.toISOString());
}
