import type Stripe from 'stripe';
import type { Bounty } from '../bounties/bounty.ts';
import { moveBounty } from '../bounties/move-bounty.ts';
import { lowerReward } from '../bounties/raise-reward.ts';
import { isPosted, lockHold } from '../ledger/lock-hold.ts';
import { feeHeldOf, findParts, heldOf, moveParts } from '../ledger/parts.ts';
import { postTransfer } from '../ledger/post-transfer.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';

export type Lost = { dispute: Stripe.Dispute; checkout: { id: string; purpose: string }; bounty: Bounty };

/**
 * Covers a chargeback that was lost from what is still held of its own payment, reward and fee in their proportion: the funder has it
 * back through the bank, so it counts as sent back. A bounty of which nothing is held any more is cancelled; one that others paid for
 * too goes on with theirs. What had been released stays with the winners, and that part of the loss stays in `disputes`. A payment that
 * never funded the bounty (a second one) is left alone. Once for each chargeback; the bounty and its money are locked by the caller.
 */
export async function clawBack(context: Context, trx: Transaction, { dispute, checkout, bounty }: Lost): Promise<void> {
  const key = `claw-back:${dispute.id}`;
  if (await isPosted(trx, key)) return;
  const parts = await findParts(trx, bounty.id);
  const part = parts.find(({ payment_id: paymentId }) => paymentId === checkout.id);
  if (part === undefined) return;
  const lostMinor = dispute.balance_transactions.reduce((sum, { amount }) => sum - BigInt(amount), 0n);
  const heldMinor = heldOf(part) + feeHeldOf(part);
  const takenMinor = lostMinor < heldMinor ? lostMinor : heldMinor;
  if (takenMinor <= 0n) return;
  const rewardMinor = (takenMinor * heldOf(part)) / heldMinor;
  const feeMinor = takenMinor - rewardMinor;
  const hold = await lockHold(trx, bounty.id);
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
  await moveParts(trx, 'refunded', [{ part, amountMinor: rewardMinor, feeMinor }]);
  await trx('chargebacks')
    .where({ id: dispute.id })
    .update({ clawed_back_minor: String(takenMinor) });
  context.logger.error({ dispute: dispute.id, bountyId: bounty.id }, 'a lost chargeback was taken from held money');
  if (bounty.state !== 'open' && bounty.state !== 'reviewing') return;
  const isAll = takenMinor === heldMinor && parts.every((other) => other === part || heldOf(other) === 0n);
  if (isAll) await moveBounty(trx, bounty, 'cancelled');
  else if (takenMinor === heldMinor)
    await lowerReward(trx, bounty.id, { byMinor: rewardMinor, isBoost: checkout.purpose === 'boost' });
}
