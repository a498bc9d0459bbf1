import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { availableMinor, bookMovement, platform } from '../money/balance.ts';
import { checkStep } from '../money/check-step.ts';
import { formatMinor } from '../money/currencies.ts';
import { availableOnOf } from '../refunds/create-refund.ts';
import { missing, refused } from '../wire/api-error.ts';
import { idOf, newId } from '../world.ts';
import { capabilityOf } from './recipient.ts';
import type { TransferParams } from './transfer-params.ts';

/**
 * Moves money from the platform to a connected account. Without `source_transaction` the available balance must cover it;
 * with one, the charge must, and the money is available when the charge's is
 * (docs.stripe.com/connect/separate-charges-and-transfers).
 */
export function createTransfer(context: Context, params: TransferParams): Stripe.Transfer {
  checkDestination(context, params.destination);
  checkStep(params.amount, params.currency);
  const charge = params.source_transaction === undefined ? null : sourceOf(context, params.source_transaction);
  if (charge) checkSource(context, charge, params);
  else checkAvailable(context, params);
  const transfer = newTransfer(context, params, charge);
  context.world.transfers.set(transfer.id, transfer);
  const movement = {
    currency: params.currency,
    reportingCategory: 'transfer',
    description: params.description ?? null,
    availableOn: charge ? availableOnOf(context, charge) : undefined,
  };
  const transaction = bookMovement(context, {
    ...movement,
    owner: platform,
    amount: -params.amount,
    type: 'transfer',
    source: transfer.id,
  });
  const received = {
    owner: params.destination,
    amount: params.amount,
    type: 'payment',
    source: idOf(transfer.destination_payment),
  };
  bookMovement(context, { ...movement, ...received, reportingCategory: 'charge' });
  transfer.balance_transaction = transaction.id;
  emitEvent(context, 'transfer.created', transfer);
  return transfer;
}

function checkDestination(context: Context, id: string): void {
  const account = context.world.accounts.get(id);
  if (!account) throw missing('destination', id, 'destination');
  if (capabilityOf(account)?.status !== 'active')
    throw refused(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer', param: 'destination' },
    );
}

function sourceOf(context: Context, id: string): Stripe.Charge {
  const charge = context.world.charges.get(id);
  if (!charge) throw missing('charge', id, 'source_transaction');
  if (!charge.paid) throw refused(`The source transaction ${id} did not succeed.`, { param: 'source_transaction' });
  return charge;
}

function checkSource(context: Context, charge: Stripe.Charge, params: TransferParams): void {
  if (charge.currency !== params.currency)
    throw refused(
      `The currency of source_transaction's balance transaction (${charge.currency}) must be the same as the transfer currency (${params.currency})`,
      { param: 'currency' },
    );
  if (
    params.transfer_group !== undefined &&
    charge.transfer_group !== null &&
    params.transfer_group !== charge.transfer_group
  )
    throw refused(
      `The source transaction belongs to the transfer_group '${charge.transfer_group}'; give that one or none.`,
      { param: 'transfer_group' },
    );
  const taken = [...context.world.transfers.values()]
    .filter((transfer) => transfer.source_transaction === charge.id)
    .reduce((sum, transfer) => sum + transfer.amount - transfer.amount_reversed, 0);
  const source = charge.amount - charge.amount_refunded;
  if (taken + params.amount > source)
    throw refused(
      `Transfers using this transaction as a source must not exceed the source amount of ${formatMinor(source, charge.currency)}. (Transfers already using it amount to ${formatMinor(taken, charge.currency)}.)`,
      { param: 'amount' },
    );
}

function checkAvailable(context: Context, params: TransferParams): void {
  const available = availableMinor(context, platform, params.currency);
  if (params.amount > available)
    throw refused(
      `You have insufficient available funds in your Stripe account: ${formatMinor(available, params.currency)} is available and ${formatMinor(params.amount, params.currency)} was asked. Set source_transaction to transfer from a charge whose money is still pending.`,
      { code: 'balance_insufficient' },
    );
}

function newTransfer(context: Context, params: TransferParams, charge: Stripe.Charge | null): Stripe.Transfer {
  const id = newId('tr_');
  // A charge without a group gets one named after it when it is first transferred from.
  if (charge) charge.transfer_group ??= params.transfer_group ?? `group_${charge.id}`;
  return {
    id,
    object: 'transfer',
    amount: params.amount,
    amount_reversed: 0,
    balance_transaction: null,
    created: nowSeconds(context),
    currency: params.currency,
    description: params.description ?? null,
    destination: params.destination,
    destination_payment: newId('py_'),
    livemode: false,
    metadata: params.metadata,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: charge?.id ?? null,
    source_type: params.source_type ?? 'card',
    transfer_group: params.transfer_group ?? charge?.transfer_group ?? null,
  };
}
