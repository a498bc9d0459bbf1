import { postPayoutReversed } from '../ledger/post-payout.ts';
import type { Context } from '../platform/context.ts';
import { alarmAdmins } from './alarm-admins.ts';
import { answered } from './answered.ts';
import { leavingOf, recordSentPayout, sendingKey } from './record-sent-payout.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * Looks at a transfer Stripe tells of. One that we never heard of is booked: the answer may have been lost, and the bounty's money frozen
 * before the next try. What was taken back of it is owed to the winner again, and a person decides when it is sent once more
 * (https://docs.stripe.com/api/transfer_reversals). Safe to repeat, in any order.
 */
export async function settleTransfer(context: Context, transferId: string): Promise<void> {
  const transfer = answered('transfer', await stripeClient(context.config).transfers.retrieve(transferId));
  const id = transfer.metadata['payout_id'];
  const reversedMinor = BigInt(transfer.amount_reversed);
  if (id === undefined) return;
  const problem = `Stripe took back ${reversedMinor} of ${transfer.amount} ${transfer.currency}.`;
  await context.database.transaction(async (trx) => {
    const payout = await trx('payouts').where({ id }).forUpdate().first();
    if (payout === undefined) throw new Error(`There is no payout ${id}`);
    if (transfer.metadata['key'] === sendingKey(payout)) await recordSentPayout(trx, payout, transfer.id);
    else if (payout.transfer_id !== transfer.id) return;
    if (payout.reversed_minor >= reversedMinor) return;
    await postPayoutReversed(trx, {
      key: `payout-reversed:${transfer.id}:${reversedMinor}`,
      accountId: payout.account_id,
      bountyId: payout.bounty_id,
      currency: payout.currency,
      amountMinor: reversedMinor - payout.reversed_minor,
      transferId: transfer.id,
    });
    const isWhole = reversedMinor === leavingOf(payout);
    await trx('payouts')
      .where({ id })
      .update({
        reversed_minor: String(reversedMinor),
        problem,
        // When a person sends it again that is another movement, under another key.
        ...(isWhole ? { state: 'failed', refusals: payout.refusals + 1 } : {}),
      });
    context.logger.error({ payout: id, transfer: transfer.id }, 'a payout was taken back');
    await alarmAdmins(trx, { topic: 'payout', subject: id, problem, bountyId: payout.bounty_id });
  });
}
