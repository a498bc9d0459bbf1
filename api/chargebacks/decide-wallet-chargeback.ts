import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { lockWallet } from '../wallets/lock-wallet.ts';
import { freezeOrThawWallet, takeFromWallet } from '../wallets/settle-wallet-chargeback.ts';
import { findLoss, type Decided, type DecisionRequest } from './find-loss.ts';

/**
 * Decides about a wallet that stays frozen after a chargeback was lost. `pay`: what is missing is ours, and the wallet goes on. `withhold`:
 * what is in it now is taken; it goes on once nothing is missing, and until then this may be asked again. Throws `illegal_state` in every
 * other state, and when there is nothing in it to take.
 */
export async function decideWalletChargeback(
  context: Context,
  trx: Transaction,
  { id, accountId, action, reason }: DecisionRequest,
): Promise<Decided> {
  const topUp = await trx('top_ups as t')
    .join('chargebacks as c', 'c.top_up_id', 't.id')
    .where('c.id', id)
    .first('t.workspace_id', 't.currency');
  const { workspace_id: workspaceId, currency } = topUp;
  await lockWallet(trx, workspaceId);
  const missingMinor = await findLoss(trx, id);
  await refuseStopped(trx);
  const key = `wallet-claw-back:${id}:${missingMinor}`;
  const loss = { key, chargebackId: id, workspaceId, currency, lossMinor: missingMinor, actor: accountId };
  const takenMinor = action === 'withhold' ? await takeFromWallet(trx, loss) : 0n;
  if (action === 'withhold' && takenMinor === 0n)
    throw new Failure(
      'illegal_state',
      'There is nothing in the wallet to take. Ask again when there is, or decide "pay".',
    );
  const lossMinor = missingMinor - takenMinor;
  if (action === 'pay' || lossMinor === 0n)
    await trx('chargebacks')
      .where({ id })
      .update({
        decision: action,
        decision_reason: reason,
        decided_by: accountId,
        decided_at: trx.raw('clock_timestamp()'),
      });
  await freezeOrThawWallet(trx, workspaceId);
  const decided = { action, leavesMinor: 0, withheldMinor: Number(takenMinor), lossMinor: Number(lossMinor) };
  await recordAudit(trx, {
    accountId,
    action: 'chargeback.decided',
    subject: workspaceId,
    workspaceId,
    details: { chargeback: id, decision: action, ...decided, currency, why: reason },
    asked: context.asked,
  });
  return decided;
}
