import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { endDispute } from './end-dispute.ts';
import type { DisputeView } from './find-dispute.ts';
import { lockDispute, refuseEnded } from './lock-dispute.ts';
import { mayWithdrawDispute } from './policy.ts';

/**
 * Its opener's side takes a dispute back and so gives in: what its owner disputed stays rejected, what the poster's side disputed stands.
 * Throws `forbidden` to everybody else, `illegal_state` when it is over.
 */
export async function withdrawDispute(
  context: Context,
  trx: Transaction,
  { view, accountId }: { view: DisputeView; accountId: string },
): Promise<void> {
  if (!mayWithdrawDispute(view.side, view.dispute))
    throw new Failure('forbidden', 'Only the side that opened a dispute may withdraw it.');
  const locked = await lockDispute(trx, view.dispute);
  refuseEnded(locked.dispute);
  const reason =
    locked.dispute.opened_by === 'owner'
      ? 'Its author has withdrawn the dispute: it stays rejected.'
      : 'The poster’s side has withdrawn the dispute: it stands and may win.';
  await endDispute(context, trx, locked, { state: 'withdrawn', reason, accountId, decidedBy: null });
}
