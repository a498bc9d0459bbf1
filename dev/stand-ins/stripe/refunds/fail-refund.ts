import type Stripe from 'stripe';
import type { Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { bookMovement, platform } from '../money/balance.ts';
import { missing, refused } from '../wire/api-error.ts';
import { idOf } from '../world.ts';

/** Lets a refund fail after the fact, as a closed card does: its money comes back to the balance (docs.stripe.com/refunds#failed-refunds). */
export function failRefund(context: Context, id: string, reason = 'expired_or_canceled_card'): Stripe.Refund {
  const refund = context.world.refunds.get(id);
  if (!refund) throw missing('refund', id, 'id');
  if (refund.status !== 'succeeded')
    throw refused(`The refund ${id} is ${refund.status}; only one that succeeded can fail.`);
  const transaction = bookMovement(context, {
    owner: platform,
    amount: refund.amount,
    currency: refund.currency,
    type: 'refund_failure',
    reportingCategory: 'refund_failure',
    source: refund.id,
    description: 'REFUND FAILURE',
  });
  refund.status = 'failed';
  refund.failure_reason = reason;
  refund.failure_balance_transaction = transaction.id;
  const charge = context.world.charges.get(idOf(refund.charge));
  if (charge) {
    charge.amount_refunded -= refund.amount;
    charge.refunded = false;
  }
  emitEvent(context, 'refund.failed', refund);
  emitEvent(context, 'refund.updated', refund, { previous: { status: 'succeeded' } });
  return refund;
}
