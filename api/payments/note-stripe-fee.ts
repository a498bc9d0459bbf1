import type Stripe from 'stripe';
import { postStripeFee } from '../ledger/post-stripe-fee.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { answered } from './answered.ts';
import { stripeClient } from './stripe-client.ts';

/** What Stripe kept of a charge, when it says so already: it may attach that some moments later, with a `charge.updated`. */
export function feeOfCharge(charge: Stripe.Charge): Stripe.BalanceTransaction | null {
  const movement = charge.balance_transaction;
  return movement === null || typeof movement === 'string' ? null : movement;
}

/** Books Stripe's fee of a payment, once: of a checkout or a payment into a wallet by its id, of an invoice by its payment's. */
export async function bookStripeFee(
  trx: Transaction,
  paid: string,
  movement: Stripe.BalanceTransaction | null,
): Promise<void> {
  if (movement === null || movement.fee === 0) return;
  await postStripeFee(trx, {
    key: `stripe-fee:${paid}`,
    currency: movement.currency.toUpperCase(),
    feeMinor: BigInt(movement.fee),
    transactionId: movement.id,
  });
}

/** Books the fee of a charge that Stripe has completed after we knew of it. Charges that are not ours are left alone. */
export async function noteStripeFee(context: Context, chargeId: string): Promise<void> {
  const where = { charge_id: chargeId };
  const checkout = await context.database('checkouts').where(where).first('id');
  const topUp = await context.database('top_ups').where(where).first('id');
  const invoice = await context.database('plan_invoices').where(where).first('payment_intent_id');
  const paid: string | undefined = checkout?.id ?? topUp?.id ?? invoice?.payment_intent_id;
  if (paid === undefined) return;
  const stripe = stripeClient(context.config);
  const charge = answered('charge', await stripe.charges.retrieve(chargeId, { expand: ['balance_transaction'] }));
  await context.database.transaction((trx) => bookStripeFee(trx, paid, feeOfCharge(charge)));
}
