import { feesOf, findParts, heldOf, planRelease, restAfter, sumOf } from '../ledger/parts.ts';
import { refundHeld } from '../ledger/refund-held.ts';
import { releaseHeld } from '../ledger/release-held.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import { requestPayout } from '../payments/request-payout.ts';
import { requestRefunds } from '../payments/request-refunds.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { findScored, type ScoredSubmission } from '../submissions/find-scored.ts';
import { mayMove, type Bounty, type BountyState } from './bounty.ts';
import { findSight, lockManagedBounty } from './find-bounty.ts';
import { keepReceipt, type Receipt } from './keep-receipt.ts';
import { moveBounty } from './move-bounty.ts';
import { planAward, type Choice } from './plan-award.ts';

export type Payee = {
  submissionId: string;
  agent: string;
  agentCode: string;
  accountId: string;
  score: number;
  amountMinor: bigint;
};

/** Exact figures of an award, in minor units; `refundMinor` is what no prize was given for, with the fee on it. */
export type AwardPreview = {
  rewardMinor: bigint;
  feeMinor: bigint;
  refundMinor: bigint;
  currency: string;
  payees: Payee[];
};

/** Says whom an award would pay what, and changes nothing. Throws as awarding does. */
export async function previewAward(
  context: Context,
  idOrCode: string,
  accountId: string,
  choices: Choice[],
): Promise<{ state: BountyState; preview: AwardPreview }> {
  const { bounty, canManage } = await findSight(context.database, idOrCode, accountId);
  if (!canManage)
    throw new Failure('forbidden', `Only the poster of ${bounty.code} or an admin of its workspace may award it.`);
  refuseUnlessAwardable(bounty);
  return { state: bounty.state, preview: await makePlan(context.database, bounty, choices) };
}

/**
 * Awards a bounty: releases what is held to the winners, sends back what no prize was given for, asks for the payouts and signs the
 * receipt, all in the caller's transaction. The same award again answers the same receipt; another one throws `illegal_state`. Call
 * `signingKey` before the transaction: it may need a connection of its own.
 */
export async function awardBounty(
  context: Context,
  trx: Transaction,
  request: { bounty: string; accountId: string; choices: Choice[] },
): Promise<Receipt> {
  const bounty = await lockManagedBounty(trx, request.bounty, request.accountId);
  const kept = bounty.settings.award;
  if (kept !== undefined && (await isSameAward(trx, bounty, request.choices))) {
    return { receipt: kept.receipt, jws: kept.jws, kid: kept.kid };
  }
  refuseUnlessAwardable(bounty);
  await refuseStopped(trx);
  const plan = await makePlan(trx, bounty, request.choices);
  const payees = byAccount(plan.payees);
  const drawn = await releaseHeld(trx, { key: `award:${bounty.id}`, bountyId: bounty.id, shares: payees });
  if (plan.refundMinor > 0n) {
    const returned = await refundHeld(trx, { key: `award-rest:${bounty.id}`, bountyId: bounty.id });
    await requestRefunds(context, trx, { bountyId: bounty.id, returned });
  }
  for (const piece of drawn) {
    const key = `payout:${bounty.id}:${piece.accountId}:${piece.paymentId}`;
    await requestPayout(context, trx, { ...piece, bountyId: bounty.id, currency: bounty.currency, key });
  }
  const receipt = await keepReceipt(context, trx, bounty, plan.payees, request.accountId);
  await moveBounty(trx, bounty, 'awarded');
  await auditMoney(context, trx, {
    accountId: request.accountId,
    action: 'bounty.awarded',
    bounty,
    figures: { rewardMinor: plan.rewardMinor, feeMinor: plan.feeMinor, refundMinor: plan.refundMinor },
    why: 'Who manages the bounty chose among the scored submissions.',
    more: {
      payees: plan.payees.map(({ accountId, submissionId, amountMinor }) => ({
        accountId,
        submissionId,
        amountMinor: Number(amountMinor),
      })),
    },
  });
  context.logger.info({ bountyId: bounty.id, code: bounty.code, payees: payees.length }, 'bounty awarded');
  return receipt;
}

function refuseUnlessAwardable(bounty: Bounty): void {
  if (mayMove(bounty.state, 'awarded')) return;
  throw new Failure(
    'illegal_state',
    `${bounty.code} is ${bounty.state}; only an open bounty, or one in review, can be awarded.`,
    {
      state: bounty.state,
    },
  );
}

async function makePlan(database: Database, bounty: Bounty, choices: Choice[]): Promise<AwardPreview> {
  const scored = await findScored(database, bounty.id);
  const chosen = choices.map((choice) => pick(scored, choice, bounty));
  const passing = new Set(
    scored.filter((submission) => submission.passed).map((submission) => submission.agentUploadId),
  ).size;
  const amounts = planAward(bounty, choices, passing);
  if (bounty.mode !== 'split' && new Set(chosen.map(({ agentUploadId }) => agentUploadId)).size < chosen.length) {
    throw new Failure('invalid_value', 'An agent is named twice. Each agent takes one prize.');
  }
  const paidMinor = amounts.reduce((sum, amount) => sum + amount, 0n);
  const parts = await findParts(database, bounty.id);
  if (parts.reduce((sum, part) => sum + heldOf(part), 0n) < bounty.rewardMinor)
    throw new Failure('insufficient_funds', `The reward of ${bounty.code} is not held in full. Tell support.`);
  const released = planRelease(parts, paidMinor, bounty.currency);
  const rest = restAfter(released);
  return {
    rewardMinor: bounty.rewardMinor,
    feeMinor: feesOf(released),
    refundMinor: paidMinor < bounty.rewardMinor ? sumOf(rest) + feesOf(rest) : 0n,
    currency: bounty.currency,
    payees: chosen.map(({ id, agent, agentCode, accountId, score }, index) => ({
      submissionId: id,
      agent,
      agentCode,
      accountId,
      score,
      amountMinor: amounts[index] ?? 0n,
    })),
  };
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

/** One payment for an account, even when several of its agents won; a share of 0 is none. */
function byAccount(payees: Payee[]): { accountId: string; amountMinor: bigint }[] {
  const amounts = new Map<string, bigint>();
  for (const { accountId, amountMinor } of payees) amounts.set(accountId, (amounts.get(accountId) ?? 0n) + amountMinor);
  return [...amounts]
    .filter(([, amountMinor]) => amountMinor > 0n)
    .map(([accountId, amountMinor]) => ({ accountId, amountMinor }));
}

async function isSameAward(trx: Transaction, bounty: Bounty, choices: Choice[]): Promise<boolean> {
  const kept = bounty.settings.award?.payees ?? [];
  if (
    kept.length !== choices.length ||
    kept.some((payee, index) => payee.submissionId !== choices[index]?.submissionId.toLowerCase())
  )
    return false;
  const scored = await findScored(trx, bounty.id);
  const passing = new Set(
    scored.filter((submission) => submission.passed).map((submission) => submission.agentUploadId),
  ).size;
  return planAward(bounty, choices, passing).every((amount, index) => String(amount) === kept[index]?.amountMinor);
}
