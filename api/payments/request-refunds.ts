import { findRefundPayable } from '../ledger/find-balances.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { addTask } from './payment-task.ts';

type Paid = { id: string; total_minor: bigint; currency: string; refunded_minor: bigint };

/**
 * Asks for everything that is owed back for a bounty to be sent, in the caller's transaction: to the payments it came from, newest first,
 * never more than each was. What is already on its way is not asked for again.
 */
export async function requestRefunds(
  _context: Context,
  trx: Transaction,
  { bountyId }: { bountyId: string },
): Promise<void> {
  const onTheWay = await trx('refunds')
    .where({ bounty_id: bountyId })
    .whereIn('state', ['due', 'failed'])
    .sum({ total: 'amount_minor' })
    .first();
  let left = (await findRefundPayable(trx, bountyId)) - BigInt(onTheWay?.['total'] ?? 0);
  for (const payment of await findPayments(trx, bountyId)) {
    const free = payment.total_minor - payment.refunded_minor;
    const amountMinor = left < free ? left : free;
    if (amountMinor <= 0n) continue;
    left -= amountMinor;
    const [refund] = await trx('refunds')
      .insert({
        bounty_id: bountyId,
        checkout_id: payment.id,
        amount_minor: String(amountMinor),
        currency: payment.currency,
      })
      .returning('id');
    await addTask(trx, 'send_refund', refund.id);
  }
  if (left > 0n) throw new Error(`${left} of bounty ${bountyId} cannot be sent back: there is no payment to refund`);
}

async function findPayments(trx: Transaction, bountyId: string): Promise<Paid[]> {
  const { rows } = await trx.raw<{ rows: Paid[] }>(
    `select c.id, c.total_minor, c.currency, coalesce((select sum(r.amount_minor) from refunds r where r.checkout_id = c.id), 0)::bigint as refunded_minor
     from checkouts c where c.bounty_id = ? and c.state = 'paid' order by c.paid_at desc`,
    [bountyId],
  );
  return rows;
}
