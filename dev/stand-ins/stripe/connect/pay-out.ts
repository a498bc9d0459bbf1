import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { balanceOf, bookMovement, platform } from '../money/balance.ts';
import { missing, refused } from '../wire/api-error.ts';
import { newId } from '../world.ts';

export type PayoutOrder = { account?: string; amount?: number; currency: string };

/** Sends money of a balance to a bank, as Stripe's payout schedule would; all of it, pending included, when no amount is named. */
export function payOut(context: Context, order: PayoutOrder): Stripe.Payout {
  const owner = order.account ?? platform;
  if (order.account !== undefined && !context.world.accounts.has(order.account))
    throw missing('account', order.account, 'account');
  const held = balanceOf(context, owner).get(order.currency) ?? { available: 0, pending: 0 };
  const amount = order.amount ?? held.available + held.pending;
  if (amount < 1 || amount > held.available + held.pending)
    throw refused(`The balance of ${owner} does not hold ${amount} ${order.currency}.`, {
      code: 'balance_insufficient',
    });
  const payout = newPayout(context, amount, order.currency);
  const transaction = bookMovement(context, {
    owner,
    amount: -amount,
    currency: order.currency,
    type: 'payout',
    reportingCategory: 'payout',
    source: payout.id,
    description: 'STRIPE PAYOUT',
  });
  payout.balance_transaction = transaction.id;
  context.world.payouts.set(payout.id, { owner, payout });
  emitEvent(context, 'payout.created', payout, accountOf(owner));
  emitEvent(context, 'payout.paid', payout, accountOf(owner));
  return payout;
}

/** The bank sends a payout back: its money returns to the balance it came from (docs.stripe.com/payouts#payout-failures). */
export function failPayout(context: Context, id: string, code = 'account_closed'): Stripe.Payout {
  const owned = context.world.payouts.get(id);
  if (!owned) throw missing('payout', id, 'id');
  const { owner, payout } = owned;
  if (payout.status === 'failed') throw refused(`The payout ${id} has failed already.`);
  const transaction = bookMovement(context, {
    owner,
    amount: payout.amount,
    currency: payout.currency,
    type: 'payout_failure',
    reportingCategory: 'payout_reversal',
    source: payout.id,
    description: 'STRIPE PAYOUT FAILURE',
  });
  Object.assign(payout, {
    status: 'failed',
    failure_code: code,
    failure_message: 'The bank sent the payout back.',
    failure_balance_transaction: transaction.id,
  } satisfies Partial<Stripe.Payout>);
  emitEvent(context, 'payout.failed', payout, accountOf(owner));
  return payout;
}

function accountOf(owner: string): { account?: string } {
  return owner === platform ? {} : { account: owner };
}

function newPayout(context: Context, amount: number, currency: string): Stripe.Payout {
  return {
    id: newId('po_'),
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: nowSeconds(context),
    automatic: true,
    balance_transaction: null,
    created: nowSeconds(context),
    currency,
    description: 'STRIPE PAYOUT',
    destination: newId('ba_'),
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'paid',
    trace_id: null,
    type: 'bank_account',
  };
}
