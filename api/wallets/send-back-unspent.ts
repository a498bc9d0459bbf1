import { randomUUID } from 'node:crypto';
import { amountStep } from '../ledger/amount-step.ts';
import { postWalletReturn } from '../ledger/post-wallet.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { walletDays } from '../payments/holding-limit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { tryEach } from '../platform/try-each.ts';
import { findStop } from '../reconciliation/settlement-stop.ts';
import { findWalletMoney, type Take, type WalletPayment } from './find-wallet-payments.ts';
import { lockWallet } from './lock-wallet.ts';
import { requestReturns } from './request-returns.ts';
import { tellOfReturn } from './tell-of-return.ts';

/** A wallet in one currency that has payments of a certain age. */
type Aged = { workspaceId: string; currency: string };

const atATime = 20;

/**
 * Sends back what is left in wallets of payments that may be kept no longer, to those payments, the oldest first, and tells owners and
 * admins; of those whose day is near it tells them once. A frozen wallet, and a settlement that is stopped, are waited for. What a card
 * did not take once is not sent again: a person was told. Any number of workers may call it: a wallet is locked, and what was sent is
 * left no more. Answers how many wallets gave something back.
 */
export async function sendBackUnspent(context: Context): Promise<number> {
  const { staysDays, toldBeforeDays } = walletDays(context.config.platformCountry);
  const about = (wallet: Aged) => ({ ...wallet });
  await tryEach(context, await findAged(context, staysDays - toldBeforeDays, 't.return_told_at is null'), {
    about,
    failed: 'The owners of a wallet were not told that its money goes back',
    run: (trx, wallet) => tellAhead(context, trx, wallet, toldBeforeDays),
  });
  return tryEach(context, await findAged(context, staysDays, `not ${wasRefused}`), {
    about,
    failed: 'What a wallet may keep no longer was not sent back',
    run: (trx, wallet) => sendBack(context, trx, wallet),
  });
}

/** Whether a card did not take what was sent back to the payment `t` before, because it could be kept no longer. */
const wasRefused = `exists (select from refunds r join ledger.transfers x on x.key = 'wallet-return:' || r.withdrawal_id
  where r.top_up_id = t.id and r.state = 'failed')`;

const freeMinor = `t.amount_minor - coalesce((select sum(r.amount_minor) from refunds r where r.top_up_id = t.id and r.state <> 'failed'), 0)
  - coalesce((select sum(u.taken_minor - u.returned_minor) from wallet_uses u where u.top_up_id = t.id), 0)`;

/** Some wallets with payments that are so many days old and of which something is left. Any of them, so that none that must wait stands in the way of others. */
async function findAged(context: Context, days: number, which: string): Promise<Aged[]> {
  const { rows } = await context.database.raw<{ rows: Aged[] }>(
    `select t.workspace_id as "workspaceId", t.currency from top_ups t
       join wallets w on w.workspace_id = t.workspace_id and w.frozen_reason is null
     where t.state = 'paid' and t.paid_at < date_trunc('day', clock_timestamp(), 'UTC') - (?::int - 1) * interval '1 day' and ${which} and ${freeMinor} > 0
       and not exists (select from chargebacks c where c.top_up_id = t.id and c.state <> 'won')
     group by 1, 2 order by random() limit ?`,
    [days, atATime],
  );
  return rows;
}

async function sendBack(context: Context, trx: Transaction, wallet: Aged): Promise<boolean> {
  const { workspaceId, currency } = wallet;
  const locked = await lockWallet(trx, workspaceId);
  if (locked.frozen_reason !== null || (await findStop(trx)) !== null) return false;
  const nowMs = await nowOf(trx);
  const { payments } = await findWalletMoney(context, trx, wallet);
  const refused = new Set(
    await trx('top_ups as t').where({ 't.workspace_id': workspaceId }).whereRaw(wasRefused).pluck<string[]>('t.id'),
  );
  // What a card does not take back, less than the step of the currency, stays.
  const step = amountStep(currency);
  const parts: Take[] = payments
    .filter((one) => one.goesBackOn.getTime() <= nowMs && !refused.has(one.topUpId))
    .map(({ topUpId, leftMinor }) => ({ topUpId, amountMinor: leftMinor - (leftMinor % step) }))
    .filter(({ amountMinor }) => amountMinor > 0n);
  const amountMinor = parts.reduce((sum, part) => sum + part.amountMinor, 0n);
  if (amountMinor === 0n) return false;
  const withdrawalId = randomUUID();
  const key = `wallet-return:${withdrawalId}`;
  await postWalletReturn(trx, { key, workspaceId, currency, amountMinor, actor: null });
  await requestReturns(trx, { withdrawalId, currency, parts });
  const { staysDays } = walletDays(context.config.platformCountry);
  await recordAudit(trx, {
    accountId: null,
    action: 'wallet.sent_back',
    subject: workspaceId,
    workspaceId,
    details: {
      withdrawalId,
      amountMinor: Number(amountMinor),
      currency,
      parts: parts.map((part) => ({ topUpId: part.topUpId, amountMinor: Number(part.amountMinor) })),
      reason: `Not spent within ${staysDays} days, and it may be kept no longer.`,
    },
  });
  await tellOfReturn(trx, wallet, { amountMinor, goesBackOn: null });
  context.logger.info({ workspaceId, withdrawalId }, 'unspent money of a wallet was sent back');
  return true;
}

/** Once for each payment; those that go back on one day are told together. Answers whether somebody was. */
async function tellAhead(context: Context, trx: Transaction, wallet: Aged, toldBeforeDays: number): Promise<boolean> {
  await lockWallet(trx, wallet.workspaceId);
  const nowMs = await nowOf(trx);
  const { payments } = await findWalletMoney(context, trx, wallet);
  const near = payments.filter(({ goesBackOn }) => goesBackOn.getTime() - toldBeforeDays * 86_400_000 <= nowMs);
  const ids = near.map(({ topUpId }) => topUpId);
  const marked: { id: string }[] = await trx('top_ups')
    .whereIn('id', ids)
    .whereNull('return_told_at')
    .update({ return_told_at: trx.raw('clock_timestamp()') })
    .returning('id');
  const untold = new Set(marked.map(({ id }) => id));
  // What is due already is sent back at once, which is told then.
  const toTell = near.filter(({ topUpId, goesBackOn }) => untold.has(topUpId) && goesBackOn.getTime() > nowMs);
  const days = Map.groupBy(toTell, ({ goesBackOn }) => goesBackOn.getTime());
  for (const [dayMs, ofDay] of days)
    await tellOfReturn(trx, wallet, { amountMinor: sumOf(ofDay), goesBackOn: new Date(dayMs) });
  return toTell.length > 0;
}

function sumOf(payments: WalletPayment[]): bigint {
  return payments.reduce((sum, { leftMinor }) => sum + leftMinor, 0n);
}

/** By the database's clock, as the payments are. */
async function nowOf(trx: Transaction): Promise<number> {
  const { rows } = await trx.raw<{ rows: { now: Date }[] }>('select clock_timestamp() as now');
  if (rows[0] === undefined) throw new Error('The database has no clock');
  return rows[0].now.getTime();
}
