import { wantNotices } from '../chat/want-notices.ts';
import { amountStep } from '../ledger/amount-step.ts';
import { postPayoutsWithheld, postRefundWithheld } from '../ledger/post-withheld.ts';
import { splitReward } from '../ledger/split-reward.ts';
import { addTask } from '../payments/payment-task.ts';
import { leavingOf } from '../payments/record-sent-payout.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import type { Waiting, WaitingPayout } from './find-waiting.ts';

/** The chargeback that is covered, its bounty, and who decided. */
export type Covering = { chargebackId: string; bounty: { id: string; code: string }; accountId: string };

const problem = 'The bank gave the payment back to the card holder.';

/**
 * Covers a loss by refunds that wait, up to the whole of it: the bank has given that money back already. What the loss leaves of a
 * refund is tried again. Answers how much was covered, in minor units.
 */
export async function withholdRefunds(
  trx: Transaction,
  { chargebackId, bounty, accountId }: Covering,
  { refunds, lossMinor }: { refunds: Waiting[]; lossMinor: bigint },
): Promise<bigint> {
  let leftMinor = lossMinor;
  for (const refund of refunds) {
    const owedMinor = leavingOf(refund);
    const amountMinor = leftMinor < owedMinor ? leftMinor : owedMinor;
    leftMinor -= amountMinor;
    if (amountMinor > 0n)
      await postRefundWithheld(trx, {
        key: `refund-withheld:${refund.id}:${chargebackId}`,
        bountyId: bounty.id,
        currency: refund.currency,
        amountMinor,
        actor: accountId,
      });
    await noteWithheld(trx, 'refunds', refund, { amountMinor, otherwise: 'due' });
    if (amountMinor < owedMinor) await addTask(trx, 'send_refund', refund.id);
  }
  return lossMinor - leftMinor;
}

/**
 * Covers a loss by payouts that wait: from each in proportion, together no more than the loss, in steps that Stripe moves. What is left of
 * a payout goes on waiting, and its payee is told. Answers how much was covered, in minor units.
 */
export async function withholdPayouts(
  trx: Transaction,
  { chargebackId, bounty, accountId }: Covering,
  { payouts, lossMinor }: { payouts: WaitingPayout[]; lossMinor: bigint },
): Promise<bigint> {
  const currency = payouts[0]?.currency ?? '';
  const owed = payouts.map(leavingOf);
  const owedMinor = owed.reduce((sum, minor) => sum + minor, 0n);
  const step = amountStep(currency);
  const coveredMinor = lossMinor < owedMinor ? lossMinor - (lossMinor % step) : owedMinor;
  if (coveredMinor === 0n) return 0n;
  const amounts = splitReward(coveredMinor, owed, step);
  await postPayoutsWithheld(trx, {
    key: `payouts-withheld:${chargebackId}`,
    bountyId: bounty.id,
    currency,
    actor: accountId,
    shares: payouts.map(({ account_id: payeeId }, index) => ({
      accountId: payeeId,
      amountMinor: amounts[index] ?? 0n,
    })),
  });
  for (const [index, payout] of payouts.entries()) {
    const amountMinor = amounts[index] ?? 0n;
    if (amountMinor === 0n) continue;
    await noteWithheld(trx, 'payouts', payout, { amountMinor, otherwise: 'waiting' });
    await tellPayee(trx, bounty, payout, amountMinor);
  }
  return coveredMinor;
}

/** What is sent later is another movement, under another key: with another amount, or from our balance. */
export async function renewKeys(trx: Transaction, table: 'payouts' | 'refunds', ids: string[]): Promise<void> {
  await trx(table).whereIn('id', ids).increment('refusals', 1);
}

async function noteWithheld(
  trx: Transaction,
  table: 'payouts' | 'refunds',
  row: Waiting,
  { amountMinor, otherwise }: { amountMinor: bigint; otherwise: string },
): Promise<void> {
  const isWhole = amountMinor === leavingOf(row);
  await trx(table)
    .where({ id: row.id })
    .update({
      withheld_minor: String(row.withheld_minor + amountMinor),
      state: isWhole ? 'withheld' : otherwise,
      ...(isWhole ? { problem } : {}),
    });
}

async function tellPayee(
  trx: Transaction,
  bounty: Covering['bounty'],
  payout: WaitingPayout,
  amountMinor: bigint,
): Promise<void> {
  const amount = `${writeDecimal(amountMinor, payout.currency)} ${payout.currency}`;
  const sentence = `${amount} of your payout for ${bounty.code} will not be paid. ${problem} Ask support if you have questions.`;
  await recordEvent(trx, {
    type: 'payout.withheld',
    audience: 'account',
    accountId: payout.account_id,
    bountyId: bounty.id,
    payload: {
      payoutId: payout.id,
      amountMinor: Number(amountMinor),
      currency: payout.currency,
      code: bounty.code,
      sentence,
    },
  });
  await wantNotices(trx, [payout.account_id], {
    kind: 'payout_withheld',
    payload: { bountyCode: bounty.code, sentence },
  });
}
