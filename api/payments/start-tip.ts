import type { Bounty } from '../bounties/bounty.ts';
import { findSight } from '../bounties/find-bounty.ts';
import { amountStep } from '../ledger/amount-step.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { freeUnderMinor } from '../plans/catalogue.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { findSubmission } from '../submissions/find-submission.ts';
import { checkGift, type Gift } from './check-gift.ts';
import { makeGiftIntent } from './make-gift-intent.ts';
import { openSession } from './open-session.ts';
import { refuseUnpayable } from './payout-country.ts';

export type TipRequest = { submissionId: string; accountId: string } & Gift;

/** What a tip costs, in minor units: what arrives is all that is paid. */
export type Tip = { bountyCode: string; agent: string; agentCode: string; amountMinor: bigint; currency: string };

/** Says what a tip costs, and changes nothing. Throws `not_found`, `forbidden`, `illegal_state`, `invalid_value`, `payout_country`. */
export async function previewTip(context: Context, request: TipRequest): Promise<Tip> {
  return (await checkTip(context.database, request)).tip;
}

/**
 * Opens the page on which anyone who is signed in gives money to the competitor of a submission, or answers the one that is open for the
 * same amount. No fee is taken, and it is not given back. Throws as the preview does, and `payment_provider`.
 */
export async function startTip(context: Context, request: TipRequest): Promise<Tip & { checkoutUrl: string }> {
  const { accountId, submissionId } = request;
  const { checkout, tip } = await context.database.transaction(async (trx) => {
    const checked = await checkTip(trx, request);
    // Two clicks at once are one page.
    await trx('submissions').where({ id: checked.submissionId }).forNoKeyUpdate().select('id');
    const { amountMinor, currency } = checked.tip;
    const figures = {
      rewardMinor: amountMinor,
      feeMinor: 0n,
      premiumMinor: 0n,
      totalMinor: amountMinor,
      coverMinor: 0n,
      currency,
    };
    const intent = { bountyId: checked.bounty.id, accountId, purpose: 'tip', submissionId, figures } as const;
    const made = await makeGiftIntent(context, trx, {
      intent,
      action: 'tip.started',
      bounty: checked.bounty,
    });
    return { checkout: made, tip: checked.tip };
  });
  const page = {
    bountyCode: tip.bountyCode,
    lines: [{ name: `Tip for ${tip.agent} (${tip.agentCode}), ${tip.bountyCode}`, amountMinor: tip.amountMinor }],
    otherwise: 'Give another amount.',
  };
  return { ...tip, checkoutUrl: checkout.url ?? (await openSession(context, checkout, page)) };
}

async function checkTip(
  database: Database,
  request: TipRequest,
): Promise<{ tip: Tip; bounty: Bounty; submissionId: string }> {
  if (!isUuid(request.submissionId)) throw notThere();
  const submission = await findSubmission(database, request.submissionId);
  if (submission === null || submission.state === 'withdrawn') throw notThere();
  const { bounty } = await findSight(database, submission.bounty_id, request.accountId);
  if (bounty.openedAt === null)
    throw new Failure('illegal_state', `${bounty.code} is not open yet. Tip its competitors once it is.`);
  if (submission.account_id === request.accountId)
    throw new Failure('forbidden', `${submission.agent_code} is your own agent; a tip is for somebody else's.`);
  checkGift(bounty, request);
  checkSize(request.amountMinor, bounty.currency);
  await refuseUnpayable(database, submission.account_id, `The author of ${submission.agent_code}`);
  return {
    tip: {
      bountyCode: bounty.code,
      agent: submission.agent,
      agentCode: submission.agent_code,
      amountMinor: BigInt(request.amountMinor),
      currency: bounty.currency,
    },
    bounty,
    submissionId: submission.id,
  };
}

/** A tip leaves at once and its payment can be charged back long after, so that its size is bounded: about 100 dollars. */
function checkSize(amountMinor: number, currency: string): void {
  const mostMinor = freeUnderMinor[currency] ?? 10_000n;
  if (BigInt(amountMinor) > mostMinor)
    throw new Failure('invalid_value', `A tip is at most ${writeDecimal(mostMinor, currency)} ${currency}. Give less.`);
  if (BigInt(amountMinor) % amountStep(currency) !== 0n)
    throw new Failure('invalid_value', `In ${currency} a tip must end in 0, as cards are charged so.`);
}

function notThere(): Failure {
  return new Failure('not_found', 'There is no submission under that id. Check it and try again.');
}
