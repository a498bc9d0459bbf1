import { postPayoutReversed } from '../ledger/post-payout.ts';
import type { Context } from '../platform/context.ts';
import { alarmAdmins } from './alarm-admins.ts';
import { answered } from './answered.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * Looks at a transfer Stripe tells of: what was taken back of it is owed to the winner again, and a person decides when it is sent once
 * more (https://docs.stripe.com/api/transfer_reversals). Safe to repeat, in any order.
 */
export async function settleTransfer(context: Context, transferId: string): Promise<void> {
  const transfer = answered('transfer', await stripeClient(context.config).transfers.retrieve(transferId));
  const id = transfer.metadata['payout_id'];
  const reversedMinor = BigInt(transfer.amount_reversed);
  if (id === undefined || reversedMinor === 0n) return;
  const problem = `Stripe took back ${reversedMinor} of ${transfer.amount} ${transfer.currency}.`;
  await context.database.transaction(async (trx) => {
    const payout = await trx('payouts').where({ id }).forUpdate().first();
    if (payout === undefined) throw new Error(`There is no payout ${id}`);
    if (payout.transfer_id === null) throw new Error(`Payout ${id} is not recorded yet`);
    if (payout.transfer_id !== transfer.id || payout.reversed_minor >= reversedMinor) return;
    await postPayoutReversed(trx, {
      key: `payout-reversed:${transfer.id}:${reversedMinor}`,
      accountId: payout.account_id,
      bountyId: payout.bounty_id,
      currency: payout.currency,
      amountMinor: reversedMinor - payout.reversed_minor,
      transferId: transfer.id,
    });
    const isWhole = reversedMinor === payout.amount_minor;
    await trx('payouts')
      .where({ id })
      .update({ reversed_minor: String(reversedMinor), problem, ...(isWhole ? { state: 'failed' } : {}) });
    context.logger.error({ payout: id, transfer: transfer.id }, 'a payout was taken back');
    await alarmAdmins(trx, { topic: 'payout', subject: id, problem, bountyId: payout.bounty_id });
  });
}
