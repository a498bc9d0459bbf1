import { refundHeld } from '../ledger/refund-held.ts';
import { feeHeldOf, findParts, heldOf } from '../ledger/parts.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import { requestRefunds } from '../payments/request-refunds.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { mayMove, type Bounty, type BountyState } from './bounty.ts';
import { findSight, lockManagedBounty } from './find-bounty.ts';
import { moveBounty } from './move-bounty.ts';

/** What goes back, in minor units: the reward and the fee that was charged on it; in all, and to each who paid. */
export type RefundPreview = {
  refundMinor: bigint;
  feeMinor: bigint;
  currency: string;
  funders: { name: string; refundMinor: bigint }[];
};

/**
 * Ends a bounty without a winner and sends everything back, to each funder exactly what they paid. Cancelling again changes nothing and
 * answers what went back. Throws `illegal_state` once it is awarded.
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
  const parts = await findParts(database, bounty.id);
  const feeMinor = parts.reduce((sum, part) => sum + feeHeldOf(part), 0n);
  const payers = await findPayers(database, bounty.id);
  const funders = new Map<string, { name: string; refundMinor: bigint }>();
  for (const part of parts) {
    const payer = payers.get(part.payment_id ?? '') ?? { id: '', name: 'the wallet' };
    const known = funders.get(payer.id)?.refundMinor ?? 0n;
    funders.set(payer.id, { name: payer.name, refundMinor: known + heldOf(part) + feeHeldOf(part) });
  }
  return {
    refundMinor: parts.reduce((sum, part) => sum + heldOf(part), feeMinor),
    feeMinor,
    currency: bounty.currency,
    funders: [...funders.values()].filter(({ refundMinor }) => refundMinor > 0n),
  };
}

/** Who paid, by the payment. */
async function findPayers(database: Database, bountyId: string): Promise<Map<string, { id: string; name: string }>> {
  const rows: { paymentId: string; id: string; name: string }[] = await database('checkouts as c')
    .join('accounts as a', 'a.id', 'c.account_id')
    .where({ 'c.bounty_id': bountyId, 'c.state': 'paid' })
    .select({ paymentId: 'c.id', id: 'a.id', name: 'a.display_name' });
  return new Map(rows.map(({ paymentId, id, name }) => [paymentId, { id, name }]));
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
