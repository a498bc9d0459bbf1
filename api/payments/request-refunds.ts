import { postRefundToWallet } from '../ledger/post-wallet.ts';
import type { Returned } from '../ledger/refund-held.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { noteReturn } from '../wallets/note-uses.ts';
import { addTask } from './payment-task.ts';

/** Asks for what is owed back for a bounty to be sent, in the caller's transaction: each part to the payment it came from, never more than it was. What came from a wallet is in it again at once. */
export async function requestRefunds(
  _context: Context,
  trx: Transaction,
  { bountyId, returned }: { bountyId: string; returned: Returned[] },
): Promise<void> {
  for (const { paymentId, amountMinor } of returned) {
    const payment = paymentId === null ? undefined : await findPayment(trx, paymentId);
    if (payment === undefined || payment.left_minor < amountMinor)
      throw new Error(`${amountMinor} of bounty ${bountyId} cannot be sent back to payment ${paymentId}`);
    const isAtOnce = payment.source === 'wallet';
    const [refund] = await trx('refunds')
      .insert({
        bounty_id: bountyId,
        checkout_id: paymentId,
        amount_minor: String(amountMinor),
        currency: payment.currency,
        ...(isAtOnce ? { state: 'sent', sent_at: trx.raw('clock_timestamp()') } : {}),
      })
      .returning('id');
    if (isAtOnce) {
      await postRefundToWallet(trx, {
        key: `refund-to-wallet:${refund.id}`,
        workspaceId: payment.workspace_id,
        bountyId,
        currency: payment.currency,
        amountMinor,
        actor: null,
      });
      await noteReturn(trx, payment.id, amountMinor);
    } else await addTask(trx, 'send_refund', refund.id);
  }
}

type Payment = {
  id: string;
  currency: string;
  source: 'checkout' | 'wallet' | 'card';
  workspace_id: string;
  left_minor: bigint;
};

async function findPayment(trx: Transaction, id: string): Promise<Payment | undefined> {
  const { rows } = await trx.raw<{ rows: Payment[] }>(
    `select c.id, c.currency, c.source, b.workspace_id,
       c.total_minor - coalesce((select sum(r.amount_minor) from refunds r where r.checkout_id = c.id), 0)::bigint as left_minor
     from checkouts c join bounties b on b.id = c.bounty_id where c.id = ? and c.state = 'paid'`,
    [id],
  );
  return rows[0];
}
