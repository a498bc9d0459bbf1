import { stopFunding } from '../bounties/start-funding.ts';
import { lapseCover } from '../insurance/reserve-cover.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { lockCheckout } from './lock-checkout.ts';

/** Ends a checkout that was not paid; a bounty that waited for it is a draft again. Does nothing for one that is over. Answers whether it ended it. */
export async function expireCheckout(context: Context, trx: Transaction, checkoutId: string): Promise<boolean> {
  const checkout = await lockCheckout(trx, checkoutId);
  if (checkout.state !== 'creating' && checkout.state !== 'open') return false;
  await trx('checkouts').where({ id: checkoutId }).update({ state: 'expired' });
  await lapseCover(trx, checkoutId);
  if (checkout.purpose === 'reward') await stopFunding(context, trx, checkout.bounty_id);
  return true;
}
