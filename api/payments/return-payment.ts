import { oweBack } from '../ledger/owe-back.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import type { Checkout } from './lock-checkout.ts';
import { requestRefunds } from './request-refunds.ts';

/** Sends a payment back in whole to where it came from, without it ever being held. */
export async function returnPayment(
  context: Context,
  trx: Transaction,
  checkout: Checkout,
  { kind, intentId }: { kind: 'second_payment' | 'late_boost'; intentId: string },
): Promise<void> {
  const { id, bounty_id: bountyId, currency, total_minor: totalMinor } = checkout;
  await oweBack(trx, {
    key: kind === 'second_payment' ? `second-payment:${id}` : `late-boost:${id}`,
    kind,
    bountyId,
    currency,
    totalMinor,
    stripeRef: intentId,
  });
  await requestRefunds(context, trx, { bountyId, returned: [{ paymentId: id, amountMinor: totalMinor }] });
}
