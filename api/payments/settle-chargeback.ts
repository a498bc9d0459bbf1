import { lockBounty } from '../bounties/find-bounty.ts';
import { freezeHold, thawHold } from '../ledger/freeze-hold.ts';
import { lockAnyHold } from '../ledger/lock-hold.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { settlePlanChargeback } from '../plans/settle-plan-money.ts';
import { findStop } from '../reconciliation/settlement-stop.ts';
import { settleWalletChargeback } from '../wallets/settle-wallet-chargeback.ts';
import { alarmAdmins } from './alarm-admins.ts';
import { answered } from './answered.ts';
import { clawBack, type ChargedBack } from './claw-back.ts';
import { endChargedBack } from './end-charged-back.ts';
import { isDisputed } from './is-disputed.ts';
import { addTask } from './payment-task.ts';
import { bookChargeback, findState, stateOf, storeChargeback } from './record-chargeback.ts';
import { returnBoost } from './return-boost.ts';
import { stripeClient } from './stripe-client.ts';
import { tellOfChargeback } from './tell-of-chargeback.ts';
import { wakePayouts } from './wake-payouts.ts';

/**
 * Moves a chargeback to what Stripe says of it: its money is booked, and what it concerns follows. One of the payment that funded a bounty
 * freezes the bounty while it is open; lost, it takes what is still held of that payment, and the bounty goes on with the rest. One of a
 * boost takes the boost out of the reward at once, and gives it back when it is won. What came by the payment and has not left waits, and
 * after an award a person decides (api/chargebacks/decide-chargeback.ts). One of a payment into a wallet concerns the wallet. A payment
 * that is not known yet throws, so that it is tried again. Safe to repeat, in any order.
 */
export async function settleChargeback(context: Context, disputeId: string): Promise<void> {
  const dispute = answered('dispute', await stripeClient(context.config).disputes.retrieve(disputeId));
  const intentId = typeof dispute.payment_intent === 'string' ? dispute.payment_intent : dispute.payment_intent?.id;
  const checkout = await context
    .database('checkouts')
    .where({ payment_intent_id: intentId ?? '' })
    .first('id', 'bounty_id', 'purpose');
  if (checkout === undefined && (await settlePlanChargeback(context, dispute))) return;
  if (checkout === undefined) return settleWalletChargeback(context, dispute, intentId ?? '');
  const bountyId: string = checkout.bounty_id;
  await context.database.transaction(async (trx) => {
    const bounty = await lockBounty(trx, bountyId);
    await lockAnyHold(trx, bountyId);
    const charged = { dispute, checkout, bounty };
    const isNews = await storeChargeback(trx, dispute, { checkout_id: checkout.id, bounty_id: bountyId });
    await bookChargeback(trx, dispute, bountyId);
    await takeOrReturn(context, trx, charged);
    await freezeOrThaw(trx, bountyId);
    // While all settlement is stopped the chargeback is booked all the same, and the bounty ends afterwards (endLeftByChargebacks).
    if ((await findStop(trx)) === null) await endChargedBack(context, trx, { ...charged, chargebackId: dispute.id });
    await stopOrWake(trx, bountyId, { checkoutId: checkout.id, isNews });
    if (!isNews) return;
    const problem = `The chargeback of ${dispute.amount} ${dispute.currency} is ${dispute.status} (${dispute.reason}).`;
    context.logger.error(
      { dispute: dispute.id, bountyId, status: dispute.status },
      'a chargeback was opened or closed',
    );
    await alarmAdmins(trx, { topic: 'chargeback', subject: dispute.id, problem, bountyId });
    await tellOfChargeback(trx, bounty, { of: checkout.purpose, state: stateOf(dispute.status) });
  });
}

async function takeOrReturn(context: Context, trx: Transaction, charged: ChargedBack): Promise<void> {
  const isBoost = charged.checkout.purpose === 'boost';
  const state = await findState(trx, charged.dispute.id);
  if (state === 'lost' || (state === 'open' && isBoost)) await clawBack(context, trx, charged);
  if (state === 'won' && isBoost) await returnBoost(context, trx, charged);
}

/** What is held is frozen while the bank has not decided about the payment that funded it; others' boosts freeze nothing. */
async function freezeOrThaw(trx: Transaction, bountyId: string): Promise<void> {
  const open = await trx('chargebacks as c')
    .join('checkouts as k', 'k.id', 'c.checkout_id')
    .join('ledger.parts as p', 'p.payment_id', 'k.id')
    .where({ 'c.bounty_id': bountyId, 'c.state': 'open', 'k.purpose': 'reward' })
    .whereRaw('p.funded_minor > p.released_minor + p.refunded_minor')
    .first('c.id');
  if (open === undefined) await thawHold(trx, bountyId);
  else await freezeHold(trx, bountyId, 'its payment is disputed at the bank');
}

/** Nothing leaves that a chargeback keeps back; once none does, what waited is sent and refused refunds are tried again. */
async function stopOrWake(
  trx: Transaction,
  bountyId: string,
  { checkoutId, isNews }: { checkoutId: string; isNews: boolean },
): Promise<void> {
  if (await isDisputed(trx, checkoutId)) {
    await trx('payouts').where({ checkout_id: checkoutId, state: 'due' }).update({ state: 'waiting' });
    return;
  }
  if (!isNews) return;
  await wakePayouts(trx, { bountyId });
  const refunds = await trx('refunds')
    .where({ checkout_id: checkoutId, state: 'failed' })
    .update({ state: 'due' })
    .returning('id');
  for (const { id } of refunds) await addTask(trx, 'send_refund', id);
}
