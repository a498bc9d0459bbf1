import type Stripe from 'stripe';

/** A balance transaction as it is now: pending until its money is available. */
export function presentTransaction(transaction: Stripe.BalanceTransaction, nowMs: number): Stripe.BalanceTransaction {
  return { ...transaction, status: transaction.available_on * 1000 <= nowMs ? 'available' : 'pending' };
}
