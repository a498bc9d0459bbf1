import { recordAudit } from '../moderation/record-audit.ts';
import { goesBackOn } from '../payments/holding-limit.ts';
import { refuseEndedPage } from '../payments/refuse-ended-page.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { checkAmount } from './check-amount.ts';
import { findSeat, findWalletBalances, type Seat } from './find-wallet.ts';
import { refuseFrozenWallet } from './lock-wallet.ts';
import { openSession } from './open-session.ts';
import { maySeeWallet } from './policy.ts';

/** A payment into a wallet, as it is asked for. */
export type TopUpRequest = { workspace: string; accountId: string; amountMinor: bigint; currency: string };

/** Its exact figures: what is charged is what arrives; the balance is what the wallet has before and after; what is not spent goes back on that day, if it is paid today. */
export type TopUpFigures = {
  amountMinor: bigint;
  balanceMinor: bigint;
  balanceAfterMinor: bigint;
  currency: string;
  goesBackOn: Date;
};

const livesHours = 23;

/** Says what a payment into a wallet does, and changes nothing. Throws `not_found`, `forbidden`, `invalid_value`, and `illegal_state` while the wallet is frozen. */
export async function previewTopUp(context: Context, request: TopUpRequest): Promise<TopUpFigures> {
  const seat = await findPayingSeat(context, request);
  checkAmount(request.amountMinor, request.currency);
  return figuresOf(context, seat, request);
}

/**
 * Opens the page where a payment into a wallet is made, or answers the one that is open for the same amount. The money belongs to the
 * workspace once it has arrived. The same request again answers the same page, and `illegal_state` once that has ended. Throws as the preview
 * does, and `payment_provider`.
 */
export async function startTopUp(
  context: Context,
  request: TopUpRequest,
): Promise<TopUpFigures & { id: string; checkoutUrl: string }> {
  const seat = await findPayingSeat(context, request);
  checkAmount(request.amountMinor, request.currency);
  const row = await context.database.transaction(async (trx) => {
    const id = await once(context, trx, 'top up', async () => (await findOrMakeTopUp(context, trx, seat, request)).id);
    return (await trx('top_ups').where({ id }).first()) as Row;
  });
  refuseEndedPage(context, row);
  const { publicUrl } = context.config;
  const metadata = { workspace_id: seat.workspaceId, top_up_id: row.id };
  const checkoutUrl = await openSession(context, 'top_ups', row, {
    mode: 'payment',
    client_reference_id: row.id,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: request.currency.toLowerCase(),
          unit_amount: Number(request.amountMinor),
          product_data: { name: `Into the wallet of workspace ${seat.slug}` },
        },
      },
    ],
    metadata,
    payment_intent_data: { metadata, transfer_group: `wallet:${seat.workspaceId}` },
    success_url: `${publicUrl}/?topped-up=${seat.slug}`,
    cancel_url: `${publicUrl}/?not-topped-up=${seat.slug}`,
    expires_at: Math.floor(row.expires_at.getTime() / 1000),
  });
  return { id: row.id, checkoutUrl, ...(await figuresOf(context, seat, request)) };
}

async function findPayingSeat(context: Context, { workspace, accountId }: TopUpRequest): Promise<Seat> {
  const seat = await findSeat(context.database, workspace, accountId);
  if (!maySeeWallet(seat.role))
    throw new Failure('forbidden', `Your role in ${seat.name} is developer. Ask an admin to make you a poster.`);
  const wallet = await context.database('wallets').where({ workspace_id: seat.workspaceId }).first();
  if (wallet !== undefined) refuseFrozenWallet(wallet);
  return seat;
}

async function figuresOf(context: Context, seat: Seat, request: TopUpRequest): Promise<TopUpFigures> {
  const balances = await findWalletBalances(context.database, seat.workspaceId);
  const { amountMinor, currency } = request;
  const balanceMinor = balances.find((one) => one.currency === currency)?.balanceMinor ?? 0n;
  return {
    amountMinor,
    balanceMinor,
    balanceAfterMinor: balanceMinor + amountMinor,
    currency,
    goesBackOn: goesBackOn(context, new Date(context.clock.nowMs())),
  };
}

type Row = { id: string; url: string | null; state: 'creating' | 'open' | 'paid' | 'expired'; expires_at: Date };

async function findOrMakeTopUp(
  context: Context,
  trx: Transaction,
  seat: Seat,
  { accountId, amountMinor, currency }: TopUpRequest,
): Promise<Row> {
  const same = {
    workspace_id: seat.workspaceId,
    account_id: accountId,
    amount_minor: String(amountMinor),
    currency,
  };
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`top-up:${seat.workspaceId}:${accountId}`]);
  const open = await trx('top_ups').where(same).whereIn('state', ['creating', 'open']).forUpdate().first();
  if (open !== undefined && open.expires_at.getTime() > context.clock.nowMs() + 60_000) return open;
  if (open !== undefined) await trx('top_ups').where({ id: open.id }).update({ state: 'expired' });
  const [row] = await trx('top_ups')
    .insert({
      ...same,
      expires_at: trx.raw(`date_trunc('second', clock_timestamp()) + ? * interval '1 hour'`, [livesHours]),
    })
    .returning('*');
  await recordAudit(trx, {
    accountId,
    action: 'wallet.top_up_opened',
    subject: seat.workspaceId,
    workspaceId: seat.workspaceId,
    details: {
      topUpId: row.id,
      amountMinor: Number(amountMinor),
      currency,
      why: 'Who may post asked for the page where the wallet is paid into; it has the money once Stripe says so.',
    },
    asked: context.asked,
  });
  return row;
}
