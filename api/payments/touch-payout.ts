import { recordEvent } from '../platform/realtime/record-event.ts';
import type { Transaction } from '../platform/database.ts';

/** Tells the payee's live readers that a payout has left. */
export async function touchPayout(
  trx: Transaction,
  payout: { id: string; account_id: string; bounty_id: string | null },
): Promise<void> {
  await recordEvent(trx, {
    type: 'payout.sent',
    audience: 'account',
    accountId: payout.account_id,
    bountyId: payout.bounty_id,
    payload: { payoutId: payout.id },
  });
}
