import type Stripe from 'stripe';
import { postChargebackMovement } from '../ledger/post-chargeback.ts';
import type { Transaction } from '../platform/database.ts';

export type ChargebackState = 'open' | 'won' | 'lost';

/** What was charged back: a bounty's payment, or one into a wallet. */
export type Disputed = { checkout_id: string; bounty_id: string } | { top_up_id: string };

/** Notes what Stripe says of a chargeback. Answers whether its state is new here. A closed one does not open again, whatever came late. */
export async function storeChargeback(trx: Transaction, dispute: Stripe.Dispute, of: Disputed): Promise<boolean> {
  const state = stateOf(dispute.status);
  const dueAt = dispute.evidence_details.due_by;
  const closedAt = state === 'open' ? null : trx.raw('clock_timestamp()');
  const known = await trx('chargebacks').where({ id: dispute.id }).first('state');
  if (known !== undefined) {
    if (known.state === state || known.state !== 'open') return false;
    await trx('chargebacks').where({ id: dispute.id }).update({ state, closed_at: closedAt });
    return true;
  }
  await trx('chargebacks').insert({
    id: dispute.id,
    ...of,
    amount_minor: dispute.amount,
    currency: dispute.currency.toUpperCase(),
    reason: dispute.reason,
    state,
    closed_at: closedAt,
    evidence_due_at: dueAt === null ? null : new Date(dueAt * 1000),
  });
  return true;
}

/** Books every movement of our balance because of a chargeback, each once; `bountyId` is null where a wallet was paid into. */
export async function bookChargeback(
  trx: Transaction,
  dispute: Stripe.Dispute,
  bountyId: string | null,
): Promise<void> {
  for (const movement of dispute.balance_transactions) {
    await postChargebackMovement(trx, {
      transactionId: movement.id,
      bountyId,
      currency: movement.currency.toUpperCase(),
      amountMinor: BigInt(movement.amount),
      feeMinor: BigInt(movement.fee),
    });
  }
}

/** The state that is known here. */
export async function findState(trx: Transaction, disputeId: string): Promise<ChargebackState> {
  return (await trx('chargebacks').where({ id: disputeId }).first('state')).state;
}

export async function isLost(trx: Transaction, disputeId: string): Promise<boolean> {
  return (await trx('chargebacks').where({ id: disputeId, state: 'lost' }).first('id')) !== undefined;
}

/** https://docs.stripe.com/api/disputes/object#dispute_object-status: an inquiry that was closed cost nothing. */
export function stateOf(status: string): ChargebackState {
  if (status === 'lost') return 'lost';
  return status === 'won' || status === 'warning_closed' || status === 'prevented' ? 'won' : 'open';
}
