import { lockPool, returnPremium } from '../ledger/insurance-pool.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import type { Cover } from './cover.ts';
import { endCovers } from './reserve-cover.ts';
import { findSolvency, refuseUnlessSolvent } from './solvency.ts';

/**
 * Begins the cover of a checkout whose money is held now. One whose reservation had ended is taken on again where the pool can carry it;
 * where it cannot, the premium is owed back: the caller asks for the refund. Answers whether something is owed back.
 */
export async function openCover(context: Context, trx: Transaction, checkoutId: string): Promise<boolean> {
  const cover = await findOf(trx, checkoutId);
  if (cover === undefined) return false;
  const money = await lockPool(trx, cover.currency);
  if (cover.state !== 'reserved' && !(await hasRoom(context, trx, cover, money))) {
    await giveBack(trx, cover);
    await endCovers(trx, { id: cover.id }, 'no_room');
    return true;
  }
  await trx('covers')
    .where({ id: cover.id })
    .update({ state: 'open', outcome: null, decided_at: null, opened_at: trx.raw('clock_timestamp()') });
  await recordAudit(trx, {
    // Who paid has the row of the payment; that the cover begins with it is a rule.
    accountId: null,
    action: 'insurance.opened',
    subject: cover.bounty_id,
    workspaceId: cover.workspace_id,
    details: {
      coverId: cover.id,
      insured: cover.account_id,
      why: 'the payment arrived',
      premiumMinor: Number(cover.premium_minor),
      coverMinor: Number(cover.cover_minor),
      currency: cover.currency,
    },
  });
  return false;
}

/** Ends the cover of a payment that came too late and goes back: the premium with the rest. */
export async function returnCover(trx: Transaction, checkoutId: string): Promise<void> {
  const cover = await findOf(trx, checkoutId);
  if (cover === undefined) return;
  await lockPool(trx, cover.currency);
  await giveBack(trx, cover);
  await endCovers(trx, { id: cover.id }, 'too_late');
}

/** Ends the cover of a second payment, which goes back in whole and never reached the pool. */
export async function dropCover(trx: Transaction, checkoutId: string): Promise<void> {
  await endCovers(trx, { checkout_id: checkoutId }, 'second_payment');
}

async function findOf(trx: Transaction, checkoutId: string): Promise<Cover | undefined> {
  return (await trx<Cover>('covers').where({ checkout_id: checkoutId }).forUpdate().first()) as Cover | undefined;
}

/** The premium is in the pool already, so it is not counted as one that comes. */
async function hasRoom(
  context: Context,
  trx: Transaction,
  cover: Cover,
  money: { balanceMinor: bigint; drawnMinor: bigint },
): Promise<boolean> {
  const wish = {
    workspaceId: cover.workspace_id,
    accountId: cover.account_id,
    currency: cover.currency,
    premiumMinor: 0n,
    coverMinor: cover.cover_minor,
  };
  try {
    await refuseUnlessSolvent(trx, await findSolvency(context, trx, cover.currency, money), wish);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

async function giveBack(trx: Transaction, cover: Cover): Promise<void> {
  await returnPremium(
    trx,
    { coverId: cover.id, bountyId: cover.bounty_id, currency: cover.currency, amountMinor: cover.premium_minor },
    'funder',
  );
}
