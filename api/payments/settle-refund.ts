import { postRefundFailed } from '../ledger/post-refund-paid.ts';
import type { Context } from '../platform/context.ts';
import { settlePlanRefund } from '../plans/settle-plan-money.ts';
import { lockWallet } from '../wallets/lock-wallet.ts';
import { alarmAdmins } from './alarm-admins.ts';
import { answered } from './answered.ts';
import { leavingOf } from './record-sent-payout.ts';
import { returnWithdrawal } from './return-withdrawal.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * Looks at a refund Stripe tells of: when the card did not take it, the money is owed again and a person is told
 * (https://docs.stripe.com/refunds#failed-refunds); what was taken out of a wallet is in it again. One that was made by hand at Stripe is not in the ledger, and only a person can
 * say why. Safe to repeat.
 */
export async function settleRefund(context: Context, stripeRefundId: string): Promise<void> {
  const refund = answered('refund', await stripeClient(context.config).refunds.retrieve(stripeRefundId));
  const id = refund.metadata?.['refund_id'];
  if (id === undefined) {
    if (await settlePlanRefund(context, refund)) return;
    context.logger.error({ refund: refund.id, amount: refund.amount }, 'a refund was made by hand at Stripe');
    return;
  }
  if (refund.status !== 'failed' && refund.status !== 'canceled') return;
  const problem = `The card did not take the refund (${refund.failure_reason ?? refund.status}).`;
  await context.database.transaction(async (trx) => {
    const ours = await trx('refunds').where({ id }).forUpdate().first();
    if (ours === undefined) throw new Error(`There is no refund ${id}`);
    if (ours.state === 'due') throw new Error(`Refund ${id} is not recorded yet`);
    if (ours.state !== 'sent' || ours.refund_id !== refund.id) return;
    const topUp = await trx('top_ups').where({ id: ours.top_up_id }).first('workspace_id');
    // Before what is owed and the balance, as who takes money out does.
    if (topUp !== undefined) await lockWallet(trx, topUp.workspace_id);
    await postRefundFailed(trx, {
      key: `refund-failed:${refund.id}`,
      of: topUp === undefined ? { bountyId: ours.bounty_id } : { workspaceId: topUp.workspace_id },
      currency: ours.currency,
      amountMinor: leavingOf(ours),
      refundId: refund.id,
    });
    await trx('refunds')
      .where({ id })
      .update({ state: 'failed', problem, sent_at: null, refusals: ours.refusals + 1 });
    await returnWithdrawal(trx, id);
    context.logger.error({ refund: id, stripe: refund.id }, 'a refund came back');
    await alarmAdmins(trx, { topic: 'refund', subject: id, problem, bountyId: ours.bounty_id });
  });
}
