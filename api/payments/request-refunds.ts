import type { Returned } from '../ledger/refund-held.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { addTask } from './payment-task.ts';

/** Asks for what is owed back for a bounty to be sent, in the caller's transaction: each part to the payment it came from, never more than it was. */
export async function requestRefunds(
  _context: Context,
  trx: Transaction,
  { bountyId, returned }: { bountyId: string; returned: Returned[] },
): Promise<void> {
  for (const { paymentId, amountMinor } of returned) {
    const payment = paymentId === null ? undefined : await findPayment(trx, paymentId);
    if (payment === undefined || payment.left_minor < amountMinor)
      throw new Error(`${amountMinor} of bounty ${bountyId} cannot be sent back to payment ${paymentId}`);
    const [refund] = await trx('refunds')
      .insert({
        bounty_id: bountyId,
        checkout_id: paymentId,
        amount_minor: String(amountMinor),
        currency: payment.currency,
      })
      .returning('id');
    await addTask(trx, 'send_refund', refund.id);
  }
}

async function findPayment(
  trx: Transaction,
  id: string,
): Promise<{ currency: string; left_minor: bigint } | undefined> {
  const { rows } = await trx.raw<{ rows: { currency: string; left_minor: bigint }[] }>(
    `select c.currency, c.total_minor - coalesce((select sum(r.amount_minor) from refunds r where r.checkout_id = c.id), 0)::bigint as left_minor
     from checkouts c where c.id = ? and c.state = 'paid'`,
    [id],
  );
  return rows[0];
}
