import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** One movement of our Stripe balance because of a chargeback: the amount is negative when it is taken, positive when it comes back. */
export type ChargebackMovement = {
  transactionId: string;
  /** Null for a payment that is not a bounty's. */
  bountyId: string | null;
  currency: string;
  amountMinor: bigint;
  feeMinor: bigint;
};

/**
 * Books what a chargeback did to our cash: the amount stands in `disputes` until a bank or a person has decided, the fee is an expense.
 * A movement is booked once, by Stripe's id of it (https://docs.stripe.com/disputes/how-disputes-work).
 */
export async function postChargebackMovement(trx: Transaction, movement: ChargebackMovement): Promise<void> {
  const { transactionId, bountyId, currency, amountMinor, feeMinor } = movement;
  await postTransfer(trx, {
    key: `chargeback:${transactionId}`,
    kind: amountMinor < 0n ? 'chargeback' : 'chargeback_won',
    bountyId,
    externalRef: transactionId,
    entries: [
      { code: 'cash', currency, amountMinor: amountMinor - feeMinor },
      { code: 'disputes', currency, amountMinor: -amountMinor },
      { code: 'stripe_fees', currency, amountMinor: feeMinor },
    ],
  });
}
