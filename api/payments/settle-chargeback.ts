import { lockBounty } from '../bounties/find-bounty.ts';
import { freezeHold, thawHold } from '../ledger/freeze-hold.ts';
import { lockAnyHold } from '../ledger/lock-hold.ts';
import { findParts, heldOf } from '../ledger/parts.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { settlePlanChargeback } from '../plans/settle-plan-money.ts';
import { settleWalletChargeback } from '../wallets/settle-wallet-chargeback.ts';
import { alarmAdmins } from './alarm-admins.ts';
import { answered } from './answered.ts';
import { clawBack } from './claw-back.ts';
import { isDisputed } from './is-disputed.ts';
import { addTask } from './payment-task.ts';
import { bookChargeback, isLost, stateOf, storeChargeback, type ChargebackState } from './record-chargeback.ts';
import { stripeClient } from './stripe-client.ts';
import { tellOfChargeback } from './tell-of-chargeback.ts';
import { wakePayouts } from './wake-payouts.ts';

/**
 * Moves a chargeback to what Stripe says of it: its money is booked, and the bounty's money is frozen while one is open and after one is
 * lost. A loss is taken from what is still held (claw-back.ts); about the rest a person decides. One of a payment into a
 * wallet concerns the wallet. A payment that is not known yet throws, so that it is tried again. Safe to repeat, in any order.
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
    const isNews = await storeChargeback(trx, dispute, { checkout_id: checkout.id, bounty_id: bountyId });
    await bookChargeback(trx, dispute, bountyId);
    if (await isLost(trx, dispute.id)) await clawBack(context, trx, { dispute, checkout, bounty });
    await freezeOrThaw(trx, bountyId);
    await stopOrWake(trx, bountyId, { checkoutId: checkout.id, isNews });
    if (!isNews) return;
    const problem = `The chargeback of ${dispute.amount} ${dispute.currency} is ${dispute.status} (${dispute.reason}).`;
    context.logger.error(
      { dispute: dispute.id, bountyId, status: dispute.status },
      'a chargeback was opened or closed',
    );
    await alarmAdmins(trx, { topic: 'chargeback', subject: dispute.id, problem, bountyId });
    await tellOfChargeback(trx, bounty, stateOf(dispute.status));
  });
}

/**
 * What is held is frozen while a chargeback stands, open or lost. One of a payment of which nothing is held any more, or never was,
 * does not concern what is still held of the others.
 */
async function freezeOrThaw(trx: Transaction, bountyId: string): Promise<void> {
  const parts = await findParts(trx, bountyId);
  const held = parts.filter((part) => heldOf(part) > 0n).map((part) => part.payment_id);
  const all: { state: ChargebackState; checkout_id: string }[] = await trx('chargebacks')
    .where({ bounty_id: bountyId })
    .whereNot({ state: 'won' })
    .select('state', 'checkout_id');
  const standing = held.length === 0 ? all : all.filter(({ checkout_id: id }) => held.includes(id));
  if (standing.length === 0) return thawHold(trx, bountyId);
  const anyLost = standing.some(({ state }) => state === 'lost');
  await freezeHold(trx, bountyId, anyLost ? 'its payment was charged back' : 'its payment is disputed at the bank');
}

/** Nothing that came by a disputed payment leaves; once no chargeback of it stands, what waited is sent and refused refunds are tried again. */
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
