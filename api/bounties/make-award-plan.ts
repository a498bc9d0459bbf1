import { feesOf, findParts, heldOf, planRelease, restAfter, sumOf } from '../ledger/parts.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { findScored, type ScoredSubmission } from '../submissions/find-scored.ts';
import type { Bounty } from './bounty.ts';
import { findFunders, type Funder } from './find-funders.ts';
import { planAward, type Choice } from './plan-award.ts';

export type Payee = {
  submissionId: string;
  agent: string;
  agentCode: string;
  accountId: string;
  score: number;
  amountMinor: bigint;
};

/** Exact figures of an award, in minor units; `refundMinor` is what no prize was given for, with the fee on it, and goes back to `funders`. */
export type AwardPlan = {
  rewardMinor: bigint;
  feeMinor: bigint;
  refundMinor: bigint;
  currency: string;
  payees: Payee[];
  funders: Funder[];
};

/** Whom an award pays what. Throws `invalid_value` for choices that do not fit, `insufficient_funds` when the reward is not held. */
export async function makeAwardPlan(database: Database, bounty: Bounty, choices: Choice[]): Promise<AwardPlan> {
  const scored = await findScored(database, bounty.id);
  const chosen = choices.map((choice) => pick(scored, choice, bounty));
  const amounts = planAward(bounty, choices, countPassing(scored));
  if (bounty.mode !== 'split' && new Set(chosen.map(({ agentUploadId }) => agentUploadId)).size < chosen.length) {
    throw new Failure('invalid_value', 'An agent is named twice. Each agent takes one prize.');
  }
  const paidMinor = amounts.reduce((sum, amount) => sum + amount, 0n);
  const parts = await findParts(database, bounty.id);
  if (parts.reduce((sum, part) => sum + heldOf(part), 0n) < bounty.rewardMinor)
    throw new Failure('insufficient_funds', `The reward of ${bounty.code} is not held in full. Tell support.`);
  const released = planRelease(parts, paidMinor, bounty.currency);
  const rest = paidMinor < bounty.rewardMinor ? restAfter(released) : [];
  return {
    rewardMinor: bounty.rewardMinor,
    feeMinor: feesOf(released),
    refundMinor: sumOf(rest) + feesOf(rest),
    currency: bounty.currency,
    payees: chosen.map(({ id, agent, agentCode, accountId, score }, index) => ({
      submissionId: id,
      agent,
      agentCode,
      accountId,
      score,
      amountMinor: amounts[index] ?? 0n,
    })),
    funders: await findFunders(database, bounty.id, rest),
  };
}

/** How many agents reached every pass mark. */
export function countPassing(scored: ScoredSubmission[]): number {
  return new Set(scored.filter(({ passed }) => passed).map(({ agentUploadId }) => agentUploadId)).size;
}

function pick(scored: ScoredSubmission[], choice: Choice, bounty: Bounty): ScoredSubmission {
  const submission = scored.find(({ id }) => id === choice.submissionId.toLowerCase());
  if (submission === undefined) {
    throw new Failure(
      'invalid_value',
      `Submission ${choice.submissionId} has no score in ${bounty.code}. Choose one from its board.`,
    );
  }
  if (submission.accountId === bounty.posterAccountId)
    throw new Failure('forbidden', 'A bounty cannot be awarded to its own poster.');
  return submission;
}
