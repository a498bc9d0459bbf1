import { refundHeld } from '../ledger/refund-held.ts';
import { bountyMoney } from '../ledger/bounty-money.ts';
import { requestRefunds } from '../payments/request-refunds.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { mayMove, type Bounty, type BountyState } from './bounty.ts';
import { findSight, lockManagedBounty } from './find-bounty.ts';
import { moveBounty } from './move-bounty.ts';

/** What goes back to who paid, in minor units: the reward and the fee that was charged on it. */
export type RefundPreview = { refundMinor: bigint; feeMinor: bigint; currency: string };

/** Ends a bounty without a winner and sends everything back. Cancelling again changes nothing. Throws `illegal_state` once it is awarded. */
export async function cancelBounty(
  context: Context,
  trx: Transaction,
  idOrCode: string,
  accountId: string,
): Promise<{ state: BountyState; refundMinor: bigint }> {
  const bounty = await lockManagedBounty(trx, idOrCode, accountId);
  if (bounty.state === 'cancelled') return { state: 'cancelled', refundMinor: 0n };
  refuseUnlessCancellable(bounty);
  const { refundMinor } = await refundOf(trx, bounty);
  if (refundMinor > 0n) await refuseStopped(trx);
  await moveBounty(trx, bounty, 'cancelled');
  if (refundMinor > 0n) {
    await refundHeld(trx, { key: `refund:${bounty.id}`, bountyId: bounty.id });
    await requestRefunds(context, trx, { bountyId: bounty.id });
  }
  context.logger.info({ bountyId: bounty.id, code: bounty.code }, 'bounty cancelled');
  return { state: 'cancelled', refundMinor };
}

/** Says what cancelling would send back, and changes nothing. Throws as cancelling does. */
export async function previewCancel(
  context: Context,
  idOrCode: string,
  accountId: string,
): Promise<{ state: BountyState; preview: RefundPreview }> {
  const { bounty, canManage } = await findSight(context.database, idOrCode, accountId);
  if (!canManage)
    throw new Failure('forbidden', `Only the poster of ${bounty.code} or an admin of its workspace may cancel it.`);
  if (bounty.state !== 'cancelled') refuseUnlessCancellable(bounty);
  return { state: bounty.state, preview: await refundOf(context.database, bounty) };
}

function refuseUnlessCancellable(bounty: Bounty): void {
  if (!mayMove(bounty.state, 'cancelled')) {
    throw new Failure('illegal_state', `${bounty.code} is ${bounty.state}; it can no longer be cancelled.`, {
      state: bounty.state,
    });
  }
}

async function refundOf(database: Database, bounty: Bounty): Promise<RefundPreview> {
  const money = await bountyMoney(database, bounty.id);
  return { refundMinor: money.heldMinor + money.feeMinor, feeMinor: money.feeMinor, currency: bounty.currency };
}
