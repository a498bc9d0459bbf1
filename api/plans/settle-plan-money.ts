import type Stripe from 'stripe';
import { postSubscriptionRefund, postSubscriptionRefundFailed } from '../ledger/post-subscription.ts';
import { alarmAdmins } from '../payments/alarm-admins.ts';
import { answered } from '../payments/answered.ts';
import { bookChargeback } from '../payments/record-chargeback.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';

type Held = string | { id: string } | null | undefined;

/**
 * Books a refund of a subscription's payment, and that the card did not take it. Answers false, and does nothing, for one that is of no
 * invoice here. Safe to repeat.
 */
export async function settlePlanRefund(context: Context, refund: Stripe.Refund): Promise<boolean> {
  const invoice = await findInvoiceOf(context, refund.payment_intent);
  if (invoice === undefined) return false;
  // It has moved no money yet.
  if (refund.balance_transaction === null) return true;
  const money = {
    currency: refund.currency.toUpperCase(),
    amountMinor: BigInt(refund.amount),
    stripeRef: refund.id,
  };
  const charge = answered('charge', await stripeClient(context.config).charges.retrieve(idOf(refund.charge)));
  const failed = refund.status === 'failed' || refund.status === 'canceled';
  await context.database.transaction(async (trx) => {
    await trx('plan_invoices').where({ id: invoice.id }).forUpdate().first('id');
    await postSubscriptionRefund(trx, { key: `subscription-refund:${invoice.id}:${refund.id}`, ...money });
    if (failed)
      await postSubscriptionRefundFailed(trx, {
        key: `subscription-refund-failed:${invoice.id}:${refund.id}`,
        ...money,
      });
    await trx('plan_invoices').where({ id: invoice.id }).update({ refunded_minor: charge.amount_refunded });
    if (failed) {
      const problem = `The card did not take the refund of an invoice (${refund.failure_reason ?? refund.status}).`;
      await alarmAdmins(trx, { topic: 'subscription_refund', subject: refund.id, problem });
    }
  });
  return true;
}

/** Books what a chargeback of a subscription's payment took, and tells the admins: a person decides about it. False: not of an invoice. */
export async function settlePlanChargeback(context: Context, dispute: Stripe.Dispute): Promise<boolean> {
  const invoice = await findInvoiceOf(context, dispute.payment_intent);
  if (invoice === undefined) return false;
  await context.database.transaction(async (trx) => {
    await bookChargeback(trx, dispute, null);
    const problem = `The chargeback of invoice ${invoice.number ?? invoice.id} is ${dispute.status} (${dispute.reason}). Answer it at Stripe.`;
    await alarmAdmins(trx, { topic: 'chargeback', subject: dispute.id, problem });
  });
  return true;
}

async function findInvoiceOf(
  context: Context,
  intent: Held,
): Promise<{ id: string; number: string | null } | undefined> {
  const id = idOf(intent);
  if (id === '') return undefined;
  return context.database('plan_invoices').where({ payment_intent_id: id }).first('id', 'number');
}

function idOf(held: Held): string {
  return (typeof held === 'object' ? held?.id : held) ?? '';
}
