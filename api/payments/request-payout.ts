import { isFrozen } from '../ledger/freeze-hold.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { addTask } from './payment-task.ts';

export type PayoutRequest = { accountId: string; bountyId: string; amountMinor: bigint; currency: string; key: string };

/** Asks for a winner to be paid, in the caller's transaction. It waits while the winner has no active payout account. The same key again changes nothing. */
export async function requestPayout(_context: Context, trx: Transaction, request: PayoutRequest): Promise<void> {
  const payee = await trx('payees').where({ account_id: request.accountId }).forUpdate().first('state');
  const canLeave = payee?.state === 'active' && !(await isFrozen(trx, request.bountyId));
  const [payout] = await trx('payouts')
    .insert({
      key: request.key,
      account_id: request.accountId,
      bounty_id: request.bountyId,
      amount_minor: String(request.amountMinor),
      currency: request.currency,
      state: canLeave ? 'due' : 'waiting',
    })
    .onConflict('key')
    .ignore()
    .returning('id');
  if (payout !== undefined && canLeave) await addTask(trx, 'send_payout', payout.id);
}
