import { isPosted } from '../ledger/lock-hold.ts';
import { postSharesPayable } from '../ledger/post-affiliate.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { requestPayout } from '../payments/request-payout.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { findStop } from '../reconciliation/settlement-stop.ts';
import { findPayableShares, monthOf, type PayableShares } from './find-payable-shares.ts';
import { lockShares, takeReversals } from './reverse-shares.ts';

/**
 * Pays every affiliate what was earned before this month (UTC), where it reaches the minimum: once a month in each currency, however often
 * and by however many workers this is called. A payout waits until its payee can be paid, as any does. Answers how many were asked for.
 */
export async function payAffiliates(context: Context): Promise<number> {
  const { begins } = monthOf(context.clock.nowMs());
  if ((await findStop(context.database)) !== null) return 0;
  let asked = 0;
  for (const shares of await findPayableShares(context.database, { before: begins })) {
    if (await context.database.transaction((trx) => payMonth(context, trx, { shares, begins }))) asked += 1;
  }
  return asked;
}

async function payMonth(
  context: Context,
  trx: Transaction,
  { shares: { accountId, currency }, begins }: { shares: PayableShares; begins: Date },
): Promise<boolean> {
  const key = `affiliate-month:${accountId}:${currency}:${begins.toISOString().slice(0, 7)}`;
  await lockShares(trx, accountId, currency);
  if (await isPosted(trx, key)) return false;
  await takeReversals(trx, accountId, currency);
  const payable = await findPayableShares(trx, { before: begins, accountId });
  const amountMinor = payable.find((one) => one.currency === currency)?.amountMinor;
  if (amountMinor === undefined) return false;
  await postSharesPayable(trx, { key, accountId, currency, amountMinor });
  await requestPayout(context, trx, { key, accountId, bountyId: null, amountMinor, currency, purpose: 'affiliate' });
  const figures = { amountMinor: Number(amountMinor), currency, earnedBefore: begins.toISOString() };
  await recordEvent(trx, { type: 'affiliate.paid', audience: 'account', accountId, payload: figures });
  await recordAudit(trx, {
    accountId: null,
    action: 'affiliate.paid',
    subject: accountId,
    details: { ...figures, why: 'shares of fees on bounties of invited accounts, paid once a month' },
  });
  return true;
}
