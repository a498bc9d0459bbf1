import type Stripe from 'stripe';
import type { Bounty } from '../bounties/bounty.ts';
import { moveBounty } from '../bounties/move-bounty.ts';
import { lockHold, isPosted } from '../ledger/lock-hold.ts';
import { postTransfer } from '../ledger/post-transfer.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';

export type Lost = { dispute: Stripe.Dispute; checkoutId: string; bounty: Bounty };

/**
 * Covers a chargeback that was lost from what is still held of the payment, reward and fee in their proportion: the funder has it back
 * through the bank, so it counts as sent back. A bounty of which nothing is held any more is cancelled. What had been released stays with
 * the winners, and that part of the loss stays in `disputes`. A payment that never funded the bounty (a second one) is left alone. Once
 * for each chargeback; the bounty and its money are locked by the caller.
 */
export async function clawBack(
  context: Context,
  trx: Transaction,
  { dispute, checkoutId, bounty }: Lost,
): Promise<void> {
  const key = `claw-back:${dispute.id}`;
  if ((await isPosted(trx, key)) || !(await isPosted(trx, `fund:${checkoutId}`))) return;
  const lostMinor = dispute.balance_transactions.reduce((sum, { amount }) => sum - BigInt(amount), 0n);
  const hold = await lockHold(trx, bounty.id);
  const rewardHeld = hold.funded_minor - hold.released_minor - hold.refunded_minor;
  const feeHeld = hold.fee_funded_minor - hold.fee_earned_minor - hold.fee_refunded_minor;
  const heldMinor = rewardHeld + feeHeld;
  const takenMinor = lostMinor < heldMinor ? lostMinor : heldMinor;
  if (takenMinor <= 0n) return;
  const rewardMinor = (takenMinor * rewardHeld) / heldMinor;
  const feeMinor = takenMinor - rewardMinor;
  const { currency } = hold;
  await postTransfer(trx, {
    key,
    kind: 'claw_back',
    bountyId: bounty.id,
    entries: [
      { code: `held:${bounty.id}`, currency, amountMinor: rewardMinor },
      { code: `fee_held:${bounty.id}`, currency, amountMinor: feeMinor },
      { code: 'disputes', currency, amountMinor: -takenMinor },
    ],
  });
  await trx('ledger.holds')
    .where({ bounty_id: bounty.id })
    .update({
      refunded_minor: String(hold.refunded_minor + rewardMinor),
      fee_refunded_minor: String(hold.fee_refunded_minor + feeMinor),
    });
  await trx('chargebacks')
    .where({ id: dispute.id })
    .update({ clawed_back_minor: String(takenMinor) });
  if (takenMinor === heldMinor && (bounty.state === 'open' || bounty.state === 'reviewing'))
    await moveBounty(trx, bounty, 'cancelled');
  context.logger.error({ dispute: dispute.id, bountyId: bounty.id }, 'a lost chargeback was taken from held money');
}
