import type Stripe from 'stripe';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { answered } from './answered.ts';
import { leavingOf, recordSentPayout, sendingKey, type SentPayout } from './record-sent-payout.ts';
import { finishTask, type PaymentTask } from './payment-task.ts';
import { mustLookUp } from './must-look-up.ts';
import { stripeClient } from './stripe-client.ts';

type Payout = SentPayout & { stripe_account_id: string; charge_id: string | null };

/**
 * Sends what is owed to somebody to their Stripe account: an award and a tip from the payment that it came by, anything else from our balance, and so what is
 * paid although the bank took that payment back. However often
 * it is tried there is one transfer: one idempotency key, and after 23 hours a look-up first, by the key in the transfer's metadata,
 * because Stripe forgets keys after a day.
 */
export async function sendPayout(context: Context, task: PaymentTask): Promise<void> {
  const payout = await findDue(context, task);
  if (payout === null) return;
  const transferId = await transfer(context, task, payout);
  await context.database.transaction(async (trx) => {
    await recordSentPayout(trx, payout, transferId);
    await finishTask(trx, task);
  });
}

/**
 * The payout while it is due. One that waits, or is over, ends the task; whoever makes it due again locks this row before they ask for
 * a task, so that none is forgotten between the two.
 */
async function findDue(context: Context, task: PaymentTask): Promise<Payout | null> {
  return context.database.transaction(async (trx) => {
    const locked = await trx('payouts').where({ id: task.subject }).forUpdate().first('state');
    if (locked === undefined) throw new Error(`There is no payout ${task.subject}`);
    if (locked.state === 'due') return findPayout(trx, task.subject);
    await finishTask(trx, task);
    return null;
  });
}

/** https://docs.stripe.com/connect/separate-charges-and-transfers */
async function transfer(context: Context, task: PaymentTask, payout: Payout): Promise<string> {
  const stripe = stripeClient(context.config);
  const key = sendingKey(payout);
  if (mustLookUp(context, task)) {
    const known = await findTransfer(stripe, payout);
    if (known !== null) return known;
  }
  const made = await stripe.transfers.create(
    {
      amount: Number(leavingOf(payout)),
      currency: payout.currency.toLowerCase(),
      destination: payout.stripe_account_id,
      transfer_group: groupOf(payout),
      metadata: { payout_id: payout.id, key, ...(payout.bounty_id === null ? {} : { bounty_id: payout.bounty_id }) },
      ...(payout.charge_id === null ? {} : { source_transaction: payout.charge_id }),
    },
    { idempotencyKey: key },
  );
  return answered('transfer', made).id;
}

type Sending = Pick<SentPayout, 'id' | 'bounty_id' | 'refusals'>;

/** The transfer of this very try, also when it was taken back meanwhile: its event says so once it is recorded. Null: it was not made. */
export async function findTransfer(stripe: Stripe, payout: Sending): Promise<string | null> {
  for await (const made of stripe.transfers.list({ transfer_group: groupOf(payout), limit: 100 })) {
    if (made.metadata['key'] === sendingKey(payout)) return made.id;
  }
  return null;
}

function groupOf(payout: Sending): string {
  return payout.bounty_id === null ? `payout:${payout.id}` : `bounty:${payout.bounty_id}`;
}

async function findPayout(trx: Transaction, id: string): Promise<Payout> {
  const payout = await trx('payouts as p')
    .join('payees as e', 'e.account_id', 'p.account_id')
    .leftJoin('checkouts as c', 'c.id', 'p.checkout_id')
    .where('p.id', id)
    .first(
      'p.*',
      'e.stripe_account_id',
      trx.raw(
        `case when p.purpose = 'award' and not exists (select from chargebacks d where d.checkout_id = p.checkout_id and d.decision is not null)
           then c.charge_id end as charge_id`,
      ),
    );
  if (payout === undefined) throw new Error(`There is no payout ${id} with a payee`);
  return payout;
}
