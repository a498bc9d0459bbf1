import { addTask } from '../payments/payment-task.ts';
import type { Transaction } from '../platform/database.ts';
import type { Take } from './find-wallet-payments.ts';

/** Asks for what was taken out of a wallet to be sent back to the payments it came from, in the caller's transaction: a refund each, which belong together. */
export async function requestReturns(
  trx: Transaction,
  { withdrawalId, currency, parts }: { withdrawalId: string; currency: string; parts: Take[] },
): Promise<void> {
  for (const { topUpId, amountMinor } of parts) {
    const [refund] = await trx('refunds')
      .insert({ top_up_id: topUpId, withdrawal_id: withdrawalId, amount_minor: String(amountMinor), currency })
      .returning('id');
    await addTask(trx, 'send_refund', refund.id);
  }
}
