import type { Bounty } from '../bounties/bounty.ts';
import { lockPool } from '../ledger/insurance-pool.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import type { Outcome } from './cover.ts';
import { findSolvency, refuseUnlessSolvent, type Wish } from './solvency.ts';

type CoverRequest = {
  bounty: Pick<Bounty, 'id' | 'workspaceId'>;
  checkoutId: string;
  accountId: string;
  figures: Pick<Wish, 'currency' | 'premiumMinor' | 'coverMinor'>;
};

/** Whether a bounty could be insured now, and changes nothing; one whose insured checkout is open can. Throws as reserving does. */
export async function checkCover(
  context: Context,
  { bounty, accountId, figures }: Omit<CoverRequest, 'checkoutId'>,
): Promise<void> {
  const reserved = await context.database('covers').where({ bounty_id: bounty.id, state: 'reserved' }).first('id');
  if (reserved !== undefined) return;
  const solvency = await findSolvency(context, context.database, figures.currency);
  await refuseUnlessSolvent(context.database, solvency, wishOf({ bounty, accountId, figures }));
}

/**
 * Sets aside what a checkout's cover may cost, in the transaction that writes the checkout; a bounty's earlier reservation ends. Its
 * capacity is kept until the checkout is paid or over. Throws `illegal_state` when the pool cannot carry it.
 */
export async function reserveCover(context: Context, trx: Transaction, request: CoverRequest): Promise<void> {
  const { bounty, checkoutId, accountId, figures } = request;
  const { currency, premiumMinor, coverMinor } = figures;
  const money = await lockPool(trx, currency);
  await endCovers(trx, { bounty_id: bounty.id, state: 'reserved' }, 'not_paid');
  const solvency = await findSolvency(context, trx, currency, money);
  await refuseUnlessSolvent(trx, solvency, wishOf(request));
  await trx('covers').insert({
    bounty_id: bounty.id,
    checkout_id: checkoutId,
    workspace_id: bounty.workspaceId,
    account_id: accountId,
    currency,
    premium_minor: String(premiumMinor),
    cover_minor: String(coverMinor),
  });
}

function wishOf({ bounty, accountId, figures }: Omit<CoverRequest, 'checkoutId'>): Wish {
  const { currency, premiumMinor, coverMinor } = figures;
  return { workspaceId: bounty.workspaceId, accountId, currency, premiumMinor, coverMinor };
}

/** Ends the cover of a checkout that was not paid. */
export async function lapseCover(trx: Transaction, checkoutId: string): Promise<void> {
  await endCovers(trx, { checkout_id: checkoutId, state: 'reserved' }, 'not_paid');
}

/** Ends covers without a compensation. */
export async function endCovers(trx: Transaction, which: Record<string, string>, outcome: Outcome): Promise<void> {
  await trx('covers')
    .where(which)
    .update({ state: 'ended', outcome, decided_at: trx.raw('clock_timestamp()') });
}
