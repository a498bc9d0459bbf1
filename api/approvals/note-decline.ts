import type { Transaction } from '../platform/database.ts';
import { tellRequester } from './tell-requester.ts';

/** Notes why the card did not pay what was approved, and tells who asked, in the transaction that ends the payment. */
export async function noteDecline(trx: Transaction, requestId: string, reason: string): Promise<void> {
  const [request] = await trx('funding_requests').where({ id: requestId }).update({ reason }).returning('*');
  await tellRequester(trx, request, { what: 'card_declined', decidedBy: null, reason });
}
