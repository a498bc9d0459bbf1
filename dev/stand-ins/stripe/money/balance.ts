import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { newId } from '../world.ts';

/** The owner of the platform's own balance; a connected account's balance is owned by its id. */
export const platform = 'platform';

export type Movement = {
  owner: string;
  /** Signed, in minor units, before the fee. */
  amount: number;
  feeMinor?: number;
  currency: string;
  type: Stripe.BalanceTransaction['type'];
  reportingCategory: string;
  source: string | null;
  description?: string | null;
  /** Seconds since 1970; now when left out. */
  availableOn?: number | undefined;
};

/** Books one movement on a balance and answers its balance transaction. */
export function bookMovement(context: Context, movement: Movement): Stripe.BalanceTransaction {
  const created = nowSeconds(context);
  const fee = movement.feeMinor ?? 0;
  const transaction: Stripe.BalanceTransaction = {
    id: newId('txn_'),
    object: 'balance_transaction',
    amount: movement.amount,
    available_on: Math.max(created, movement.availableOn ?? created),
    balance_type: 'payments',
    created,
    currency: movement.currency,
    description: movement.description ?? null,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: movement.currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: movement.amount - fee,
    reporting_category: movement.reportingCategory,
    source: movement.source,
    status: 'pending',
    type: movement.type,
  };
  context.world.balanceEntries.set(transaction.id, { owner: movement.owner, transaction });
  return transaction;
}

export type Totals = { available: number; pending: number };

/** What an owner has in each currency, in minor units. Each currency is settled in itself: nothing is exchanged. */
export function balanceOf(context: Context, owner: string): Map<string, Totals> {
  const now = nowSeconds(context);
  const totals = new Map<string, Totals>();
  for (const entry of context.world.balanceEntries.values()) {
    if (entry.owner !== owner) continue;
    const { currency, net, available_on } = entry.transaction;
    const total = totals.get(currency) ?? { available: 0, pending: 0 };
    if (available_on <= now) total.available += net;
    else total.pending += net;
    totals.set(currency, total);
  }
  return totals;
}

export function availableMinor(context: Context, owner: string, currency: string): number {
  return balanceOf(context, owner).get(currency)?.available ?? 0;
}
