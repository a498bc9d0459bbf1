import { randomUUID } from 'node:crypto';
import { amountStep } from '../ledger/amount-step.ts';
import { keptBalance } from '../ledger/find-balances.ts';
import { postWithdrawal } from '../ledger/post-wallet.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { findManagingSeat } from './find-wallet.ts';
import { findWalletMoney, takeOldest } from './find-wallet-payments.ts';
import { lockWallet, refuseFrozenWallet, type LockedWallet } from './lock-wallet.ts';
import { requestReturns } from './request-returns.ts';

/** Money to be taken out of a wallet; `reason` is for the audit log. */
export type WithdrawalRequest = {
  workspace: string;
  accountId: string;
  amountMinor: bigint;
  currency: string;
  reason: string;
};

/** What goes back to which payment, in minor units, the oldest first. */
export type Part = { topUpId: string; paidAt: Date; paidBy: string; amountMinor: bigint };

export type Withdrawal = { amountMinor: bigint; currency: string; balanceAfterMinor: bigint; parts: Part[] };

/** Says what taking money out would send back to which payment, and changes nothing. Throws as taking it out does. */
export async function previewWithdrawal(context: Context, request: WithdrawalRequest): Promise<Withdrawal> {
  const seat = await findManagingSeat(context.database, request.workspace, request.accountId, 'take money out');
  return plan(context, context.database, seat.workspaceId, request);
}

/**
 * Takes unused money out of a wallet: it goes back to the payments it came from, the oldest first, as it is spent, and never more than each
 * was. Once for each request. Throws `not_found`, `forbidden`, `insufficient_funds`, `invalid_value`, and `illegal_state` while the wallet is frozen or settlement is stopped.
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
  const { parts } = await plan(context, trx, workspaceId, request);
  const withdrawalId = randomUUID();
  const { amountMinor, currency, accountId, reason } = request;
  await postWithdrawal(trx, { key: `withdraw:${withdrawalId}`, workspaceId, currency, amountMinor, actor: accountId });
  await requestReturns(trx, { withdrawalId, currency, parts });
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
  context: Context,
  database: Database,
  workspaceId: string,
  { amountMinor, currency }: WithdrawalRequest,
): Promise<Withdrawal> {
  if (amountMinor <= 0n) throw new Failure('invalid_value', 'The amount must be more than 0.');
  if (amountMinor % amountStep(currency) !== 0n)
    throw new Failure('invalid_value', `In ${currency} the amount must end in 0, as cards are paid back so.`);
  const { balanceMinor, payments } = await findWalletMoney(context, database, { workspaceId, currency });
  const say = (minor: bigint) => `${writeDecimal(minor, currency)} ${currency}`;
  if (amountMinor > balanceMinor)
    throw new Failure('insufficient_funds', `The wallet has ${say(balanceMinor)}. Take out at most that.`);
  const { takes, missingMinor } = takeOldest(payments, amountMinor);
  if (missingMinor > 0n)
    throw new Failure(
      'insufficient_funds',
      `Of the balance ${say(amountMinor - missingMinor)} can go back to the payments it came from. Take out at most that; the rest can be spent on bounties.`,
    );
  const byId = new Map(payments.map((payment) => [payment.topUpId, payment]));
  const parts = takes.flatMap(({ topUpId, amountMinor: partMinor }) => {
    const payment = byId.get(topUpId);
    return payment === undefined
      ? []
      : [{ topUpId, paidAt: payment.paidAt, paidBy: payment.paidBy, amountMinor: partMinor }];
  });
  return { amountMinor, currency, balanceAfterMinor: balanceMinor - amountMinor, parts };
}

async function readWithdrawal(trx: Transaction, workspaceId: string, withdrawalId: string): Promise<Withdrawal> {
  const parts: (Part & { currency: string })[] = await trx('refunds as r')
    .join('top_ups as t', 't.id', 'r.top_up_id')
    .join('accounts as a', 'a.id', 't.account_id')
    .where('r.withdrawal_id', withdrawalId)
    .orderByRaw('t.paid_at, t.id')
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
