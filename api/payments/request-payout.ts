import { isFrozen } from '../ledger/freeze-hold.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { isDisputed } from './is-disputed.ts';
import { addTask } from './payment-task.ts';

/**
 * What is paid: an award, the compensation of a cover, or an affiliate's month, which is of no bounty. `paymentId` is the checkout that
 * the money came by, of a cover the one that it insured; without one it comes from our balance.
 */
export type PayoutRequest = {
  accountId: string;
  bountyId: string | null;
  paymentId?: string | null;
  amountMinor: bigint;
  currency: string;
  key: string;
  purpose?: 'award' | 'cover' | 'affiliate';
};

/**
 * Asks for somebody to be paid what the ledger owes them, in the caller's transaction. It waits while they have no active payout account,
 * or its payment is disputed. The same key again changes nothing.
 */
export async function requestPayout(_context: Context, trx: Transaction, request: PayoutRequest): Promise<void> {
  const payee = await trx('payees').where({ account_id: request.accountId }).forUpdate().first('state');
  const canLeave = payee?.state === 'active' && !(await isStopped(trx, request));
  const [payout] = await trx('payouts')
    .insert({
      key: request.key,
      account_id: request.accountId,
      bounty_id: request.bountyId,
      checkout_id: request.paymentId ?? null,
      amount_minor: String(request.amountMinor),
      currency: request.currency,
      purpose: request.purpose ?? 'award',
      state: canLeave ? 'due' : 'waiting',
    })
    .onConflict('key')
    .ignore()
    .returning('id');
  if (payout !== undefined && canLeave) await addTask(trx, 'send_payout', payout.id);
}

async function isStopped(trx: Transaction, { paymentId = null, bountyId }: PayoutRequest): Promise<boolean> {
  if (paymentId !== null) return isDisputed(trx, paymentId);
  return bountyId !== null && (await isFrozen(trx, bountyId));
}
