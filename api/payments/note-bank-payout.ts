import type Stripe from 'stripe';
import { postTransfer } from '../ledger/post-transfer.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { alarmAdmins } from './alarm-admins.ts';
import { answered } from './answered.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * Looks at what became of the money between Stripe and a bank. Of a payee's account its newest payout counts: while the bank sent it back
 * the payee is told what to do, and when a later one arrives that is over; the ledger is not concerned, because a winner was paid when the
 * money reached their Stripe account (https://docs.stripe.com/payouts#payout-failures). Of our own account it is booked out of `cash`, or
 * back, and the admins are told of a failure. Safe to repeat, in any order. Accounts that are not ours are left alone.
 */
export async function noteBankPayout(context: Context, payoutId: string, account: string | null): Promise<void> {
  if (account === null) return noteOurs(context, payoutId);
  const payee = await context.database('payees').where({ stripe_account_id: account }).first('account_id');
  if (payee === undefined) return;
  const { data } = await stripeClient(context.config).payouts.list({ limit: 1 }, { stripeAccount: account });
  const newest = data[0];
  const problem = newest?.status === 'failed' ? sentenceOf(newest.failure_code) : null;
  await context.database.transaction(async (trx) => {
    const known = await trx('payees').where({ account_id: payee.account_id }).forUpdate().first('bank_problem');
    if (known.bank_problem === problem) return;
    await trx('payees').where({ account_id: payee.account_id }).update({ bank_problem: problem });
    if (problem === null) return;
    await recordEvent(trx, {
      type: 'payout.bank_refused',
      audience: 'account',
      accountId: payee.account_id,
      payload: { problem },
    });
  });
}

/** The same transfer again is the same transfer, so it is safe to repeat. */
async function noteOurs(context: Context, payoutId: string): Promise<void> {
  const payout = answered('payout', await stripeClient(context.config).payouts.retrieve(payoutId));
  await context.database.transaction(async (trx) => {
    await bookOurs(trx, payout, 'bank_payout', payout.balance_transaction);
    await bookOurs(trx, payout, 'bank_payout_returned', payout.failure_balance_transaction);
    if (payout.status !== 'failed' || (await isTold(trx, payoutId))) return;
    await alarmAdmins(trx, {
      topic: 'bank_payout',
      subject: payoutId,
      problem: `Our own bank sent back ${payout.amount} ${payout.currency} (${payout.failure_code ?? 'no reason'}). Correct the bank account in Stripe's dashboard.`,
    });
  });
}

async function bookOurs(
  trx: Transaction,
  payout: Stripe.Payout,
  kind: 'bank_payout' | 'bank_payout_returned',
  movement: string | { id: string } | null,
): Promise<void> {
  if (movement === null) return;
  const externalRef = typeof movement === 'string' ? movement : movement.id;
  const currency = payout.currency.toUpperCase();
  const outMinor = kind === 'bank_payout' ? BigInt(payout.amount) : -BigInt(payout.amount);
  await postTransfer(trx, {
    key: `bank:${externalRef}`,
    kind,
    externalRef,
    entries: [
      { code: 'bank', currency, amountMinor: outMinor },
      { code: 'cash', currency, amountMinor: -outMinor },
    ],
  });
}

async function isTold(trx: Transaction, payoutId: string): Promise<boolean> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`told:${payoutId}`]);
  const told = await trx('events')
    .where({ type: 'payment.needs_attention' })
    .whereRaw(`payload ->> 'subject' = ?`, [payoutId])
    .first('seq');
  return told !== undefined;
}

/** https://docs.stripe.com/api/payouts/failures */
function sentenceOf(code: string | null): string {
  const reasons: Record<string, string> = {
    account_closed: 'the bank account was closed',
    no_account: 'the bank knows no account under that number',
    account_frozen: 'the bank account is frozen',
    incorrect_account_holder_name: 'the name does not match the bank account',
    invalid_currency: 'the bank account does not take that currency',
  };
  const reason = reasons[code ?? ''] ?? 'the bank did not say why in words we know';
  return `Your bank sent a payout back: ${reason}. The money is safe at Stripe. Open the payout setup again and correct your bank details; Stripe then sends it once more.`;
}
