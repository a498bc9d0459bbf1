import { findSight } from '../bounties/find-bounty.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { mayReadFunding } from './policy.ts';

/** A payment for a bounty, and what of it went back to the card; amounts are minor units. */
export type Payment = {
  number: string;
  /** What was paid for. */
  purpose: 'reward' | 'boost' | 'tip';
  /** A page of Stripe's, the workspace's wallet, or its card on file. */
  source: 'checkout' | 'wallet' | 'card';
  paidBy: string;
  paidAt: Date;
  rewardMinor: bigint;
  feeMinor: bigint;
  premiumMinor: bigint;
  totalMinor: bigint;
  currency: string;
  paymentIntentId: string | null;
  /** What went back; without an id of Stripe's: into the workspace's wallet. */
  refunds: { amountMinor: bigint; sentAt: Date; refundId: string | null }[];
};

export type FundingReceipt = { bounty: { code: string; title: string }; workspace: string; payments: Payment[] };

/**
 * The receipt of the payments for a bounty: of all of them to who manages it, and to others of what they paid themselves. Throws
 * `not_found` where the bounty is not to be seen or was never paid, and `forbidden` to who neither paid nor manages it.
 */
export async function findFundingReceipt(
  context: Context,
  request: { bounty: string; accountId: string },
): Promise<FundingReceipt> {
  const { database } = context;
  const { bounty, canManage } = await findSight(database, request.bounty, request.accountId);
  const paid = database('checkouts').where({ bounty_id: bounty.id, state: 'paid' });
  const payerIds: string[] = await paid.clone().pluck('account_id');
  if (!mayReadFunding({ accountId: request.accountId, canManage }, payerIds))
    throw new Failure(
      'forbidden',
      `Only who paid for ${bounty.code}, or manages it, reads the receipt of its payment.`,
    );
  if (payerIds.length === 0) throw new Failure('not_found', `Nobody has paid for ${bounty.code} yet.`);
  const readable = paid.clone();
  if (!canManage) void readable.where({ 'checkouts.account_id': request.accountId });
  const payments = await readable.join('accounts', 'accounts.id', 'checkouts.account_id').orderBy('paid_at').select({
    number: 'checkouts.id',
    purpose: 'purpose',
    source: 'source',
    paidBy: 'accounts.display_name',
    paidAt: 'paid_at',
    rewardMinor: 'reward_minor',
    feeMinor: 'fee_minor',
    premiumMinor: 'premium_minor',
    totalMinor: 'total_minor',
    currency: 'currency',
    paymentIntentId: 'payment_intent_id',
  });
  const refunds = await database('refunds')
    .where({ bounty_id: bounty.id, state: 'sent' })
    .orderBy('sent_at')
    .select({ checkoutId: 'checkout_id', sentAt: 'sent_at', refundId: 'refund_id' })
    .select(database.raw('amount_minor - withheld_minor as "amountMinor"'));
  const workspace = await database('workspaces').where({ id: bounty.workspaceId }).first('name');
  return {
    bounty: { code: bounty.code, title: bounty.title },
    workspace: workspace.name,
    payments: payments.map((payment) => ({
      ...payment,
      refunds: refunds
        .filter(({ checkoutId }) => checkoutId === payment.number)
        .map(({ amountMinor, sentAt, refundId }) => ({ amountMinor, sentAt, refundId })),
    })),
  };
}
