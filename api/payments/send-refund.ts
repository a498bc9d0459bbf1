import type Stripe from 'stripe';
import { postRefundPaid } from '../ledger/post-refund-paid.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { answered } from './answered.ts';
import { mustLookUp } from './must-look-up.ts';
import { finishTask, type PaymentTask } from './payment-task.ts';
import { leavingOf } from './record-sent-payout.ts';
import { stripeClient } from './stripe-client.ts';

export type Refund = {
  id: string;
  bounty_id: string | null;
  workspace_id: string;
  amount_minor: bigint;
  /** What of it covers a chargeback, because the bank has given it back. */
  withheld_minor: bigint;
  currency: string;
  refusals: number;
  payment_intent_id: string;
};

/** Sends money back to the card that paid. However often it is tried there is one refund: see send-payout.ts. */
export async function sendRefund(context: Context, task: PaymentTask): Promise<void> {
  const refund = await findDue(context, task);
  if (refund === null) return;
  const refundId = await create(context, task, refund);
  await context.database.transaction(async (trx) => {
    await recordSentRefund(trx, refund, refundId);
    await finishTask(trx, task);
  });
}

/** Notes that a refund has left as this one of Stripe's, and books it. */
export async function recordSentRefund(trx: Transaction, refund: Refund, refundId: string): Promise<void> {
  await trx('refunds')
    .where({ id: refund.id })
    .update({ state: 'sent', refund_id: refundId, problem: null, sent_at: trx.raw('clock_timestamp()') });
  await postRefundPaid(trx, {
    key: sendingKey(refund),
    of: refund.bounty_id === null ? { workspaceId: refund.workspace_id } : { bountyId: refund.bounty_id },
    currency: refund.currency,
    amountMinor: leavingOf(refund),
    refundId,
  });
}

/** The refund while it is due; one that is over ends the task. */
async function findDue(context: Context, task: PaymentTask): Promise<Refund | null> {
  return context.database.transaction(async (trx) => {
    const locked = await trx('refunds').where({ id: task.subject }).forUpdate().first('state');
    if (locked === undefined) throw new Error(`There is no refund ${task.subject}`);
    if (locked.state === 'due') return findRefund(trx, task.subject);
    await finishTask(trx, task);
    return null;
  });
}

async function create(context: Context, task: PaymentTask, refund: Refund): Promise<string> {
  const stripe = stripeClient(context.config);
  const key = sendingKey(refund);
  if (mustLookUp(context, task)) {
    const known = await findSentRefund(stripe, refund);
    if (known !== null) return known;
  }
  const made = await stripe.refunds.create(
    {
      payment_intent: refund.payment_intent_id,
      amount: Number(leavingOf(refund)),
      metadata: { refund_id: refund.id, ...aboutOf(refund), key },
    },
    { idempotencyKey: key },
  );
  return answered('refund', made).id;
}

/** The refund of this very try, also when the card did not take it meanwhile: its event says so once it is recorded. Null: it was not made. */
export async function findSentRefund(stripe: Stripe, refund: Refund): Promise<string | null> {
  for await (const made of stripe.refunds.list({ payment_intent: refund.payment_intent_id, limit: 100 })) {
    if (made.metadata?.['key'] === sendingKey(refund)) return made.id;
  }
  return null;
}

function sendingKey(refund: { id: string; refusals: number }): string {
  return `refund:${refund.id}:${refund.refusals}`;
}

function aboutOf({ bounty_id: bountyId, workspace_id: workspaceId }: Refund): Record<string, string> {
  return bountyId === null ? { workspace_id: workspaceId } : { bounty_id: bountyId };
}

/** A refund's row with the payment it is of. */
export async function findRefund(trx: Transaction, id: string): Promise<Refund> {
  const refund = await trx('refunds as r')
    .leftJoin('checkouts as c', 'c.id', 'r.checkout_id')
    .leftJoin('top_ups as t', 't.id', 'r.top_up_id')
    .where('r.id', id)
    .first('r.*', 't.workspace_id', trx.raw('coalesce(c.payment_intent_id, t.payment_intent_id) as payment_intent_id'));
  if (refund === undefined || refund.payment_intent_id === null)
    throw new Error(`There is no refund ${id} of a payment`);
  return refund;
}
