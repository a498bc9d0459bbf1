import type Stripe from 'stripe';
import { findBounty } from '../bounties/find-bounty.ts';
import { openBounty } from '../bounties/open-bounty.ts';
import { dropCover, openCover, returnCover } from '../insurance/open-cover.ts';
import { isFrozen } from '../ledger/freeze-hold.ts';
import { fundHeld } from '../ledger/fund-held.ts';
import { refundHeld } from '../ledger/refund-held.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { lockCheckout, type Checkout } from './lock-checkout.ts';
import { bookStripeFee } from './note-stripe-fee.ts';
import { requestRefunds } from './request-refunds.ts';
import { returnPayment } from './return-payment.ts';
import { settleBoost } from './settle-boost.ts';
import { settleTip } from './settle-tip.ts';

/** What Stripe says was paid, in minor units; `sessionId` is null where no page was needed. */
export type Paid = {
  sessionId: string | null;
  intentId: string;
  chargeId: string | null;
  amountMinor: bigint;
  currency: string;
  movement: Stripe.BalanceTransaction | null;
};

/**
 * The money of a checkout has arrived: it is held and the bounty opens, or it goes back where it came too late or a second time. Once,
 * however often it is told. Throws when it is not what was asked for.
 */
export async function settlePaid(context: Context, trx: Transaction, checkoutId: string, paid: Paid): Promise<void> {
  const checkout = await lockCheckout(trx, checkoutId);
  if (checkout.state === 'paid') return;
  if (paid.amountMinor !== checkout.total_minor || paid.currency !== checkout.currency)
    throw new Error(
      `Checkout ${checkoutId} was paid with ${paid.amountMinor} ${paid.currency}, not ${checkout.total_minor} ${checkout.currency}`,
    );
  await trx('checkouts')
    .where({ id: checkoutId })
    .update({
      state: 'paid',
      session_id: paid.sessionId,
      payment_intent_id: paid.intentId,
      charge_id: paid.chargeId,
      paid_at: trx.raw('clock_timestamp()'),
    });
  await bookStripeFee(trx, checkoutId, paid.movement);
  if (checkout.purpose === 'boost') await settleBoost(context, trx, checkout, paid.intentId);
  else if (checkout.purpose === 'tip') await settleTip(context, trx, checkout, paid.intentId);
  else await settleReward(context, trx, checkout, paid.intentId);
}

async function settleReward(context: Context, trx: Transaction, checkout: Checkout, intentId: string): Promise<void> {
  const { id, bounty_id: bountyId, currency } = checkout;
  const opened = await openBounty(context, trx, bountyId);
  const fund = {
    key: `fund:${id}`,
    bountyId,
    paymentId: id,
    currency,
    rewardMinor: checkout.reward_minor,
    feeMinor: checkout.fee_minor,
    premiumMinor: checkout.premium_minor,
    stripeRef: intentId,
  };
  if (opened === 'opened') {
    await fundHeld(trx, fund);
    await auditHeld(context, trx, checkout);
    if (await openCover(context, trx, id))
      await requestRefunds(context, trx, { bountyId, returned: [{ paymentId: id, amountMinor: fund.premiumMinor }] });
    return;
  }
  // Beside money that is frozen, a late payment is not of the dispute: like a second one it goes back without being held.
  if (opened === 'too_late' && !(await isFrozen(trx, bountyId))) {
    await refuseStopped(trx);
    await fundHeld(trx, fund);
    const returned = await refundHeld(trx, { key: `refund-late:${id}`, bountyId });
    await returnCover(trx, id);
    const premium = returned.map((one) => ({ ...one, amountMinor: one.amountMinor + fund.premiumMinor }));
    await requestRefunds(context, trx, { bountyId, returned: premium });
  } else {
    await dropCover(trx, id);
    await returnPayment(context, trx, checkout, { kind: 'second_payment', intentId });
  }
}

async function auditHeld(context: Context, trx: Transaction, checkout: Checkout): Promise<void> {
  const bounty = await findBounty(trx, checkout.bounty_id);
  if (bounty === null) throw new Error(`Checkout ${checkout.id} has no bounty`);
  await auditMoney(context, trx, {
    accountId: checkout.account_id,
    action: 'bounty.funded',
    bounty,
    figures: {
      rewardMinor: checkout.reward_minor,
      feeMinor: checkout.fee_minor,
      premiumMinor: checkout.premium_minor,
      totalMinor: checkout.total_minor,
    },
    why: 'Stripe says that the checkout is paid: the money is held and the bounty opens.',
    more: { checkout: checkout.id },
  });
}
