import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { chargeTeamCard } from './charge-team-card.ts';
import { expireCheckout } from './expire-checkout.ts';
import { isRefusal } from './is-refusal.ts';
import { settleCheckout } from './settle-checkout.ts';
import { stripeClient } from './stripe-client.ts';

/** What stays open; anything else of the bounty's is ended. */
type Kept = { source: 'checkout'; insured: boolean } | null;

/**
 * Ends whatever payment of a bounty's reward is under way and is not of the kind that is asked for now, so that two can never be paid. A
 * page is closed at Stripe; a card that is being charged is asked about. One that was paid meanwhile counts, and the bounty opens. Throws
 * `payment_provider` when Stripe does not answer.
 */
export async function finishOtherPayment(context: Context, bountyId: string, kept: Kept): Promise<void> {
  const open = await context
    .database('checkouts')
    .where({ bounty_id: bountyId, purpose: 'reward' })
    .whereIn('state', ['creating', 'open'])
    .first('id', 'source', 'session_id', 'premium_minor');
  if (open === undefined) return;
  if (open.source === 'card') return finishCard(context, open.id);
  if (kept !== null && open.premium_minor > 0n === kept.insured) return;
  if (open.session_id === null) {
    await context.database.transaction((trx) => expireCheckout(context, trx, open.id));
    return;
  }
  try {
    await stripeClient(context.config).checkout.sessions.expire(open.session_id);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  await settleCheckout(context, open.session_id);
}

/** Its outcome is what counts; that it was declined is no reason against another payment. */
async function finishCard(context: Context, checkoutId: string): Promise<void> {
  try {
    await chargeTeamCard(context, checkoutId, { again: true });
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'card_declined')) throw error;
  }
}
