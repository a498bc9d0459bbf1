import { randomUUID } from 'node:crypto';
import { amountStep } from '../ledger/amount-step.ts';
import { keptBalance } from '../ledger/find-balances.ts';
import { postWithdrawal } from '../ledger/post-wallet.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { addTask } from '../payments/payment-task.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { findManagingSeat } from './find-wallet.ts';
import { lockWallet, refuseFrozenWallet, type LockedWallet } from './lock-wallet.ts';

/** Money to be taken out of a wallet; `reason` is for the audit log. */
export type WithdrawalRequest = {
  workspace: string;
  accountId: string;
  amountMinor: bigint;
  currency: string;
  reason: string;
};

/** What goes back to which payment, in minor units, the newest first. */
export type Part = { topUpId: string; paidAt: Date; paidBy: string; amountMinor: bigint };

export type Withdrawal = { amountMinor: bigint; currency: string; balanceAfterMinor: bigint; parts: Part[] };

/** Says what taking money out would send back to which payment, and changes nothing. Throws as taking it out does. */
export async function previewWithdrawal(context: Context, request: WithdrawalRequest): Promise<Withdrawal> {
  const seat = await findManagingSeat(context.database, request.workspace, request.accountId, 'take money out');
  return plan(context.database, seat.workspaceId, request);
}

/**
 * Takes unused money out of a wallet: it goes back to the payments it came from, the newest first, never more than each was. Once for each request. Throws `not_found`, `forbidden`,
 * `insufficient_funds`, `invalid_value`, and `illegal_state` while the wallet is frozen or settlement is stopped.
 */
export async function withdraw(context: Context, trx: Transaction, request: WithdrawalRequest): Promise<Withdrawal> {
  const seat = await findManagingSeat(trx, request.workspace, request.accountId, 'take money out');
  const { workspaceId } = seat;
  const wallet = await lockWallet(trx, workspaceId);
  const withdrawalId = await once(context, trx, 'withdrawal', () =>
    take(context, trx, { workspaceId, wallet }, request),
  );
  return readWithdrawal(trx, workspaceId, withdrawalId);
}

async function take(
  context: Context,
  trx: Transaction,
  { workspaceId, wallet }: { workspaceId: string; wallet: LockedWallet },
  request: WithdrawalRequest,
): Promise<string> {
  refuseFrozenWallet(wallet);
  await refuseStopped(trx);
  const { parts } = await plan(trx, workspaceId, request);
  const withdrawalId = randomUUID();
  const { amountMinor, currency, accountId, reason } = request;
  await postWithdrawal(trx, { key: `withdraw:${withdrawalId}`, workspaceId, currency, amountMinor, actor: accountId });
  for (const part of parts) {
    const [refund] = await trx('refunds')
      .insert({
        top_up_id: part.topUpId,
        withdrawal_id: withdrawalId,
        amount_minor: String(part.amountMinor),
        currency,
      })
      .returning('id');
    await addTask(trx, 'send_refund', refund.id);
  }
  await recordAudit(trx, {
    accountId,
    action: 'wallet.withdrawn',
    subject: workspaceId,
    workspaceId,
    asked: context.asked,
    details: { withdrawalId, amountMinor: Number(amountMinor), currency, reason },
  });
  context.logger.info({ workspaceId, withdrawalId }, 'money was taken out of a wallet');
  return withdrawalId;
}

async function plan(
  database: Database,
  workspaceId: string,
  { amountMinor, currency }: WithdrawalRequest,
): Promise<Withdrawal> {
  if (amountMinor <= 0n) throw new Failure('invalid_value', 'The amount must be more than 0.');
  if (amountMinor % amountStep(currency) !== 0n)
    throw new Failure('invalid_value', `In ${currency} the amount must end in 0, as cards are paid back so.`);
  const balanceMinor = await keptBalance(database, `wallet:${workspaceId}`, currency);
  const say = (minor: bigint) => `${writeDecimal(minor, currency)} ${currency}`;
  if (amountMinor > balanceMinor)
    throw new Failure('insufficient_funds', `The wallet has ${say(balanceMinor)}. Take out at most that.`);
  const parts: Part[] = [];
  let left = amountMinor;
  for (const { freeMinor, ...payment } of await findPayments(database, workspaceId, currency)) {
    const part = left < freeMinor ? left : freeMinor;
    if (part <= 0n) continue;
    parts.push({ ...payment, amountMinor: part });
    left -= part;
  }
  if (left > 0n)
    throw new Failure(
      'insufficient_funds',
      `Of the balance ${say(amountMinor - left)} can go back to the payments it came from. Take out at most that; the rest can be spent on bounties.`,
    );
  return { amountMinor, currency, balanceAfterMinor: balanceMinor - amountMinor, parts };
}

type Payment = Omit<Part, 'amountMinor'> & { freeMinor: bigint };

/** Payments into the wallet, the newest first, with what has not gone back of each; of one the bank disputes, or took back, nothing can. */
async function findPayments(database: Database, workspaceId: string, currency: string): Promise<Payment[]> {
  const { rows } = await database.raw<{ rows: Payment[] }>(
    `select t.id as "topUpId", t.paid_at as "paidAt", a.display_name as "paidBy",
       (t.amount_minor - coalesce((select sum(r.amount_minor) from refunds r where r.top_up_id = t.id and r.state <> 'failed'), 0))::bigint as "freeMinor"
     from top_ups t join accounts a on a.id = t.account_id
     where t.workspace_id = ? and t.currency = ? and t.state = 'paid'
       and not exists (select from chargebacks c where c.top_up_id = t.id and c.state <> 'won')
     order by t.paid_at desc, t.id`,
    [workspaceId, currency],
  );
  return rows;
}

async function readWithdrawal(trx: Transaction, workspaceId: string, withdrawalId: string): Promise<Withdrawal> {
  const parts: (Part & { currency: string })[] = await trx('refunds as r')
    .join('top_ups as t', 't.id', 'r.top_up_id')
    .join('accounts as a', 'a.id', 't.account_id')
    .where('r.withdrawal_id', withdrawalId)
    .orderBy('t.paid_at', 'desc')
    .select({
      topUpId: 't.id',
      paidAt: 't.paid_at',
      paidBy: 'a.display_name',
      amountMinor: 'r.amount_minor',
      currency: 'r.currency',
    });
  const currency = parts[0]?.currency ?? '';
  return {
    amountMinor: parts.reduce((sum, part) => sum + part.amountMinor, 0n),
    currency,
    balanceAfterMinor: await keptBalance(trx, `wallet:${workspaceId}`, currency),
    parts: parts.map(({ topUpId, paidAt, paidBy, amountMinor }) => ({ topUpId, paidAt, paidBy, amountMinor })),
  };
}
