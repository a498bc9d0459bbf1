import { postTip } from '../ledger/post-tip.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import type { Checkout } from './lock-checkout.ts';
import { requestPayout } from './request-payout.ts';

/** A tip was paid: all of it is owed to the competitor, who is told, and leaves as any payout. The checkout is locked. */
export async function settleTip(
  context: Context,
  trx: Transaction,
  checkout: Checkout,
  intentId: string,
): Promise<void> {
  const { id, bounty_id: bountyId, currency, total_minor: amountMinor } = checkout;
  const submission = await trx('submissions as s')
    .join('bounties as b', 'b.id', 's.bounty_id')
    .where({ 's.id': checkout.submission_id })
    .first('s.account_id', 'b.workspace_id');
  const accountId: string = submission.account_id;
  const key = `tip:${id}`;
  await postTip(trx, { key, bountyId, accountId, currency, amountMinor, stripeRef: intentId });
  await requestPayout(context, trx, { accountId, bountyId, paymentId: id, amountMinor, currency, key });
  await recordEvent(trx, {
    type: 'tip.received',
    audience: 'account',
    accountId,
    bountyId,
    payload: { submissionId: checkout.submission_id, amountMinor: Number(amountMinor), currency },
  });
  await recordAudit(trx, {
    accountId: checkout.account_id,
    action: 'tip.paid',
    subject: checkout.submission_id,
    workspaceId: submission.workspace_id,
    details: { checkout: id, to: accountId, amountMinor: String(amountMinor), currency },
  });
}
