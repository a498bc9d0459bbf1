import { isPosted } from '../ledger/lock-hold.ts';
import { postSharesPayable } from '../ledger/post-affiliate.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { requestPayout } from '../payments/request-payout.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { findStop } from '../reconciliation/settlement-stop.ts';
import { doForEach } from './do-for-each.ts';
import { findPayableShares, monthOf } from './find-payable-shares.ts';
import { findLost, lockShares, takeReversals } from './reverse-shares.ts';
import { findDueShares, rescheduleShares, type Shares } from './schedule-shares.ts';
import { heldDays } from './terms.ts';

/**
 * Pays every affiliate whose turn it is what was earned long enough before this month (UTC), where it reaches the minimum: once a month in
 * each currency, however often and by however many workers this is called. What of theirs was lost and not taken back yet (reverseShares)
 * comes first. A payout waits until its payee can be paid, as any does. Answers how many were asked for.
 */
export async function payAffiliates(context: Context): Promise<number> {
  const { database } = context;
  if ((await findStop(database)) !== null) return 0;
  const nowMs = context.clock.nowMs();
  const due = await findDueShares(database, new Date(nowMs));
  if (due.length === 0) return 0;
  const owing = new Set((await findLost(database)).map(({ accountId }) => accountId));
  return doForEach(
    context,
    due.filter(({ accountId }) => !owing.has(accountId)),
    {
      topic: 'affiliate_payout',
      subjectOf: ({ accountId, currency }) => `${accountId} ${currency}`,
      failed: 'The shares of an affiliate could not be paid',
      run: (trx, shares) => payMonth(context, trx, { shares, month: monthOf(nowMs) }),
    },
  );
}

type Turn = { shares: Shares; month: ReturnType<typeof monthOf> };

async function payMonth(context: Context, trx: Transaction, { shares, month }: Turn): Promise<boolean> {
  const { accountId, currency } = shares;
  const key = `affiliate-month:${accountId}:${currency}:${month.begins.toISOString().slice(0, 7)}`;
  await lockShares(trx, accountId, currency);
  await takeReversals(trx, accountId, currency);
  const amountMinor = (await isPosted(trx, key)) ? 0n : await findPayableShares(trx, shares, month.payableBefore);
  if (amountMinor > 0n) {
    await postSharesPayable(trx, { key, accountId, currency, amountMinor });
    await requestPayout(context, trx, { key, accountId, bountyId: null, amountMinor, currency, purpose: 'affiliate' });
    await tell(trx, { accountId, currency, amountMinor, earnedBefore: month.payableBefore });
  }
  await rescheduleShares(trx, shares, { before: month.payableBefore, next: month.next });
  return amountMinor > 0n;
}

type Paid = Shares & { amountMinor: bigint; earnedBefore: Date };

async function tell(trx: Transaction, { accountId, currency, amountMinor, earnedBefore }: Paid): Promise<void> {
  const figures = { amountMinor: Number(amountMinor), currency, earnedBefore: earnedBefore.toISOString() };
  await recordEvent(trx, { type: 'affiliate.paid', audience: 'account', accountId, payload: figures });
  await recordAudit(trx, {
    accountId: null,
    action: 'affiliate.paid',
    subject: accountId,
    details: {
      ...figures,
      why: `shares of fees on bounties of invited accounts, paid once a month, ${heldDays} days after they were earned at the earliest`,
    },
  });
}
