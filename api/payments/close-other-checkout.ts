import { findBounty } from '../bounties/find-bounty.ts';
import type { Context } from '../platform/context.ts';
import { expireCheckout } from './expire-checkout.ts';
import { isRefusal } from './is-refusal.ts';
import { settleCheckout } from './settle-checkout.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * Ends the open checkout of a bounty where it was asked for with insurance and now is not, or the reverse, so that the figures shown last are
 * those that are paid. One that was paid meanwhile counts, and the bounty opens. Throws when Stripe does not answer.
 */
export async function closeOtherCheckout(context: Context, idOrCode: string, insured: boolean): Promise<void> {
  const bounty = await findBounty(context.database, idOrCode);
  if (bounty === null) return;
  const other = await context
    .database('checkouts')
    .where({ bounty_id: bounty.id, purpose: 'reward' })
    .whereIn('state', ['creating', 'open'])
    .where('premium_minor', insured ? '=' : '>', 0)
    .first('id', 'session_id');
  if (other === undefined) return;
  if (other.session_id === null) {
    await context.database.transaction((trx) => expireCheckout(context, trx, other.id));
    return;
  }
  try {
    await stripeClient(context.config).checkout.sessions.expire(other.session_id);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  await settleCheckout(context, other.session_id);
}
