import { postWithdrawalReturned } from '../ledger/post-wallet.ts';
import { tellManagers } from '../plans/tell-managers.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';

/**
 * What was taken out of a wallet and did not get through is in the wallet again, and who asked for it is told; its owners and admins,
 * where it was sent back by itself. Does nothing for a refund of a bounty's payment: that stays owed. The refund has failed and its row is locked by the caller.
 */
export async function returnWithdrawal(trx: Transaction, refundId: string): Promise<void> {
  const refund = await trx('refunds as r')
    .join('top_ups as t', 't.id', 'r.top_up_id')
    .where({ 'r.id': refundId, 'r.state': 'failed' })
    .first('r.amount_minor', 'r.currency', 'r.problem', 'r.withdrawal_id', 't.workspace_id');
  if (refund === undefined) return;
  const asked = await trx('ledger.transfers')
    .where({ key: `withdraw:${refund.withdrawal_id}` })
    .first('actor');
  await postWithdrawalReturned(trx, {
    key: `withdraw-returned:${refundId}`,
    workspaceId: refund.workspace_id,
    currency: refund.currency,
    amountMinor: refund.amount_minor,
    actor: null,
  });
  const { workspace_id: workspaceId, currency, problem } = refund;
  const event = {
    type: 'wallet.withdrawal_returned',
    payload: { amountMinor: Number(refund.amount_minor), currency, problem },
  };
  if (asked === undefined) await tellManagers(trx, workspaceId, event);
  else await recordEvent(trx, { ...event, audience: 'account', accountId: asked.actor, workspaceId });
}
