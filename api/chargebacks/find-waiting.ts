import { findSentRefund, findRefund, recordSentRefund } from '../payments/send-refund.ts';
import { findTransfer } from '../payments/send-payout.ts';
import { settleTransfer } from '../payments/settle-transfer.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

/** A payout or refund that is owed and has not left, as far as its row says. */
export type Waiting = {
  id: string;
  amount_minor: bigint;
  withheld_minor: bigint;
  currency: string;
  refusals: number;
};
export type WaitingPayout = Waiting & { account_id: string };

/**
 * Asks Stripe about everything of a payment that waits and was tried before: what it made, and whose answer was lost, is booked and waits
 * no more. Throws `payment_provider` when Stripe does not answer.
 */
export async function settleUnheard(context: Context, checkoutId: string): Promise<void> {
  const { database } = context;
  const stripe = stripeClient(context.config);
  const payouts = await payoutsOf(database, checkoutId).whereExists(triesOf(database, 'send_payout', 'payouts'));
  const refunds = await refundsOf(database, checkoutId).whereExists(triesOf(database, 'send_refund', 'refunds'));
  try {
    for (const payout of payouts) {
      const transferId = await findTransfer(stripe, payout);
      if (transferId !== null) await settleTransfer(context, transferId);
    }
    for (const { id } of refunds) {
      const refund = await database.transaction((trx) => findRefund(trx, id));
      const refundId = await findSentRefund(stripe, refund);
      if (refundId === null) continue;
      await database.transaction(async (trx) => {
        const locked = await trx('refunds').where({ id, state: 'failed' }).forUpdate().first('id');
        if (locked !== undefined) await recordSentRefund(trx, refund, refundId);
      });
    }
  } catch (error) {
    context.logger.error({ err: error, checkoutId }, 'Stripe did not say what has left of a payment');
    throw new Failure('payment_provider', 'Stripe does not say what has left already. Nothing was decided. Try again.');
  }
}

/** Locks what waits of a payment. Throws `illegal_state` while some of it may be on its way to Stripe at this moment. */
export async function lockWaiting(
  trx: Transaction,
  checkoutId: string,
): Promise<{ payouts: WaitingPayout[]; refunds: Waiting[] }> {
  const payouts: WaitingPayout[] = await payoutsOf(trx, checkoutId).orderBy('id').forUpdate();
  const refunds: Waiting[] = await refundsOf(trx, checkoutId).orderBy('id').forUpdate();
  const sending = await trx('payment_tasks')
    .whereIn('topic', ['send_payout', 'send_refund'])
    .whereIn(
      'subject',
      [...payouts, ...refunds].map(({ id }) => id),
    )
    .where((on) => {
      // A payout's task that waits ends by itself: it finds that the payout does. A refund's goes on.
      void on.where({ state: 'leased' }).orWhere({ state: 'pending', topic: 'send_refund' });
    })
    .first('id');
  if (sending !== undefined)
    throw new Failure('illegal_state', 'Some of its money is on its way at this moment. Ask again in a minute.');
  return { payouts, refunds };
}

const payoutsOf = (database: Context['database'], checkoutId: string) =>
  database('payouts')
    .where({ checkout_id: checkoutId, reversed_minor: 0 })
    .whereIn('state', ['waiting', 'due', 'failed']);

const refundsOf = (database: Context['database'], checkoutId: string) =>
  database('refunds').where({ checkout_id: checkoutId }).whereIn('state', ['due', 'failed']);

const triesOf = (database: Context['database'], topic: string, table: string) =>
  database('payment_tasks').where({ topic }).whereRaw(`subject = ${table}.id::text`).select(database.raw('1'));
