import { recordAudit } from '../moderation/record-audit.ts';
import { isRefusal } from '../payments/is-refusal.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { findManagingSeat } from './find-wallet.ts';
import { lockWallet } from './lock-wallet.ts';

/**
 * Forgets a workspace's card: from now on nothing is charged to it, and Stripe detaches it. A detaching that fails is logged; the card is
 * used by nobody all the same. Throws `not_found` when there is none, and `forbidden`.
 */
export async function removeCard(context: Context, request: { workspace: string; accountId: string }): Promise<void> {
  const seat = await findManagingSeat(context.database, request.workspace, request.accountId, 'take its card away');
  const methodId = await context.database.transaction(async (trx) => {
    const wallet = await lockWallet(trx, seat.workspaceId);
    if (wallet.payment_method_id === null) throw new Failure('not_found', `${seat.name} has no card on file.`);
    await trx('wallets').where({ workspace_id: seat.workspaceId }).update({
      payment_method_id: null,
      card_brand: null,
      card_last4: null,
      card_exp_month: null,
      card_exp_year: null,
      card_added_by: null,
      card_added_at: null,
    });
    await recordAudit(trx, {
      accountId: request.accountId,
      action: 'wallet.card_removed',
      subject: seat.workspaceId,
      workspaceId: seat.workspaceId,
      asked: context.asked,
      details: { brand: wallet.card_brand, last4: wallet.card_last4 },
    });
    return wallet.payment_method_id;
  });
  try {
    await stripeClient(context.config).paymentMethods.detach(methodId);
  } catch (error) {
    if (!isRefusal(error)) context.logger.warn({ err: error, methodId }, 'a card is still attached at Stripe');
  }
}
