import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { balanceOf, bookMovement, platform } from '../money/balance.ts';
import { formatMinor } from '../money/currencies.ts';
import { refused } from '../wire/api-error.ts';
import { idOf, newId } from '../world.ts';

export type ReversalParams = {
  amount?: number | undefined;
  description?: string | undefined;
  metadata: Record<string, string>;
};

/** Takes money of a transfer back, in whole or part; the connected account must still have it (docs.stripe.com/api/transfer_reversals). */
export function reverseTransfer(
  context: Context,
  transfer: Stripe.Transfer,
  params: ReversalParams,
): Stripe.TransferReversal {
  const remaining = transfer.amount - transfer.amount_reversed;
  const amount = params.amount ?? remaining;
  const destination = idOf(transfer.destination);
  if (remaining === 0) throw refused(`The transfer ${transfer.id} is already fully reversed.`);
  if (amount > remaining)
    throw refused(
      `Reversal amount (${formatMinor(amount, transfer.currency)}) is greater than unreversed amount on transfer (${formatMinor(remaining, transfer.currency)})`,
      { param: 'amount' },
    );
  const held = balanceOf(context, destination).get(transfer.currency) ?? { available: 0, pending: 0 };
  if (amount > held.available + held.pending)
    throw refused(
      `The connected account ${destination} does not have sufficient funds in its Stripe balance to reverse this transfer.`,
      { code: 'balance_insufficient' },
    );
  const reversal = newReversal(context, transfer, amount, params);
  bookReversal(context, transfer, reversal);
  const previous = { amount_reversed: transfer.amount_reversed, reversed: transfer.reversed };
  transfer.amount_reversed += amount;
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  transfer.reversals.data.unshift(reversal);
  emitEvent(context, 'transfer.reversed', transfer, { previous });
  return reversal;
}

function newReversal(
  context: Context,
  transfer: Stripe.Transfer,
  amount: number,
  params: ReversalParams,
): Stripe.TransferReversal {
  return {
    id: newId('trr_'),
    object: 'transfer_reversal',
    amount,
    balance_transaction: null,
    created: nowSeconds(context),
    currency: transfer.currency,
    destination_payment_refund: newId('pyr_'),
    metadata: params.metadata,
    source_refund: null,
    transfer: transfer.id,
  };
}

// Money that was pending comes back pending, so that the available balance never rises before the charge's does.
function bookReversal(context: Context, transfer: Stripe.Transfer, reversal: Stripe.TransferReversal): void {
  const original = context.world.balanceEntries.get(idOf(transfer.balance_transaction));
  const movement = {
    currency: transfer.currency,
    availableOn: original?.transaction.available_on,
    description: `REFUND FOR TRANSFER ${transfer.id}`,
  };
  const received = bookMovement(context, {
    ...movement,
    owner: platform,
    amount: reversal.amount,
    type: 'transfer_refund',
    reportingCategory: 'transfer_reversal',
    source: reversal.id,
  });
  bookMovement(context, {
    ...movement,
    owner: idOf(transfer.destination),
    amount: -reversal.amount,
    type: 'payment_refund',
    reportingCategory: 'refund',
    source: idOf(reversal.destination_payment_refund),
  });
  reversal.balance_transaction = received.id;
}
