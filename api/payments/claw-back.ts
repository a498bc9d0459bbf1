import type Stripe from 'stripe';
import type { Bounty } from '../bounties/bounty.ts';
import { lowerReward } from '../bounties/raise-reward.ts';
import { findParts, heldOf } from '../ledger/parts.ts';
import { takePart } from '../ledger/take-part.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';

/** A chargeback, the payment it is of, and that payment's bounty, as they were when they were locked. */
export type ChargedBack = {
  dispute: Stripe.Dispute;
  checkout: { id: string; purpose: 'reward' | 'boost' | 'tip' };
  bounty: Bounty;
};

/**
 * Takes what is disputed from what is still held of its own payment, and lowers the reward by it. Of the payment that funded a bounty
 * when that is lost; of a boost at once: it must not stop the money of others. A boost is taken as far as it is disputed, because nobody
 * takes back a boost, and a part of it at the bank must not give back the rest. What had been released stays with the winners, and that
 * part of the loss in `disputes`; a payment that is no part of the bounty is left alone. Once for each chargeback; the bounty and its
 * money are locked.
 */
export async function clawBack(context: Context, trx: Transaction, charged: ChargedBack): Promise<void> {
  const { dispute, checkout, bounty } = charged;
  const isBoost = checkout.purpose === 'boost';
  const of = { chargebackId: dispute.id, bountyId: bounty.id, paymentId: checkout.id };
  // An inquiry has moved no money yet, and a boost leaves all the same: it may become a chargeback at any time.
  const taken = await takePart(trx, of, isBoost ? BigInt(dispute.amount) : lossOf(dispute));
  if (taken === null) return;
  const { rewardMinor, feeMinor } = taken;
  await trx('chargebacks')
    .where({ id: dispute.id })
    .update({ clawed_back_minor: String(rewardMinor + feeMinor) });
  await auditMoney(context, trx, {
    accountId: null,
    action: 'chargeback.taken',
    bounty,
    figures: { rewardMinor, feeMinor },
    why: isBoost ? 'A boost is disputed at the bank.' : 'The bank gave the payment back to the card holder.',
    more: { chargeback: dispute.id, payment: checkout.id },
  });
  context.logger.error({ dispute: dispute.id, bountyId: bounty.id }, 'a chargeback was taken from held money');
  if (bounty.state !== 'open' && bounty.state !== 'reviewing') return;
  // A bounty of which nothing is held ends with the reward that it had (end-charged-back.ts).
  const parts = await findParts(trx, bounty.id);
  if (parts.some((part) => heldOf(part) > 0n)) await lowerReward(trx, bounty.id, { byMinor: rewardMinor, isBoost });
}

/** What the bank has taken of our balance and not given back. */
function lossOf({ balance_transactions: movements }: Stripe.Dispute): bigint {
  return movements.reduce((sum, { amount }) => sum - BigInt(amount), 0n);
}
