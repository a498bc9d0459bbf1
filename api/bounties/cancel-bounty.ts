import { refuseConfirmed, refuseDisputed } from '../disputes/refuse-disputed.ts';
import { refundHeld } from '../ledger/refund-held.ts';
import { feesOf, findParts, sumOf } from '../ledger/parts.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import { requestRefunds } from '../payments/request-refunds.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { mayMove, type Bounty, type BountyState } from './bounty.ts';
import { findSight, lockManagedBounty } from './find-bounty.ts';
import { findFunders, wholeOf, type Funder } from './find-funders.ts';
import { moveBounty } from './move-bounty.ts';

/** What goes back, in minor units: the reward and the fee that was charged on it; in all, and to each who paid. */
export type RefundPreview = {
  refundMinor: bigint;
  feeMinor: bigint;
  currency: string;
  funders: Funder[];
};

/**
 * Ends a bounty without a winner and sends everything back, to each funder exactly what they paid. Cancelling again changes nothing and
 * answers what went back. Throws `illegal_state` once it is awarded, while a submission is disputed, and after that
 * when it stands.
 */
export async function cancelBounty(
  context: Context,
  trx: Transaction,
  idOrCode: string,
  accountId: string,
): Promise<{ state: BountyState; refundMinor: bigint }> {
  const bounty = await lockManagedBounty(trx, idOrCode, accountId);
  if (bounty.state === 'cancelled') return { state: 'cancelled', refundMinor: await findReturned(trx, bounty.id) };
  refuseUnlessCancellable(bounty);
  await refuseDisputed(trx, bounty);
  await refuseConfirmed(trx, bounty);
  const refundMinor = await endWithoutWinner(context, trx, bounty);
  const why = 'Who manages the bounty ended it without a winner; what was held goes back to who paid.';
  await auditMoney(context, trx, { accountId, action: 'bounty.cancelled', bounty, figures: { refundMinor }, why });
  return { state: 'cancelled', refundMinor };
}

/** Cancels a locked bounty and sends back what is held. Answers how much, in minor units. Throws `illegal_state` while money may not move. */
export async function endWithoutWinner(context: Context, trx: Transaction, bounty: Bounty): Promise<bigint> {
  const { refundMinor } = await refundOf(trx, bounty);
  if (refundMinor > 0n) await refuseStopped(trx);
  await moveBounty(trx, bounty, 'cancelled');
  if (refundMinor > 0n) {
    const returned = await refundHeld(trx, { key: refundKey(bounty.id), bountyId: bounty.id });
    await requestRefunds(context, trx, { bountyId: bounty.id, returned });
  }
  context.logger.info({ bountyId: bounty.id, code: bounty.code }, 'bounty cancelled');
  return refundMinor;
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
  if (bounty.state !== 'cancelled') {
    refuseUnlessCancellable(bounty);
    await refuseDisputed(context.database, bounty);
    await refuseConfirmed(context.database, bounty);
  }
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
  const whole = wholeOf(await findParts(database, bounty.id));
  return {
    refundMinor: sumOf(whole) + feesOf(whole),
    feeMinor: feesOf(whole),
    currency: bounty.currency,
    funders: await findFunders(database, bounty.id, whole),
  };
}

const refundKey = (bountyId: string) => `refund:${bountyId}`;

/** What went back when the bounty was cancelled. */
async function findReturned(trx: Transaction, bountyId: string): Promise<bigint> {
  const { rows } = await trx.raw<{ rows: { minor: bigint }[] }>(
    `select coalesce(-sum(e.amount_minor), 0)::bigint as minor from ledger.transfers t join ledger.entries e on e.transfer_id = t.id
     join ledger.accounts a on a.id = e.account_id and a.kind = 'refund_payable' where t.key = ?`,
    [refundKey(bountyId)],
  );
  return rows[0]?.minor ?? 0n;
}
