import type { Context } from '../platform/context.ts';
import { sendBackUnspent } from '../wallets/send-back-unspent.ts';
import { sweepWallets } from '../wallets/sweep-wallets.ts';
import { isRefusal } from './is-refusal.ts';
import { expireCheckout } from './expire-checkout.ts';
import { finishStaleCards } from './finish-stale-cards.ts';
import { tellOfPastDue } from '../plans/tell-of-past-due.ts';
import { fetchMissedEvents } from './fetch-missed-events.ts';
import { settleCheckout } from './settle-checkout.ts';
import { stripeClient } from './stripe-client.ts';
import { updatePayee } from './update-payee.ts';
import { wakePayouts } from './wake-payouts.ts';

const everySeconds = 60;
const atATime = 20;

/**
 * Looks for what a lost webhook or a dead process left behind: events that never came, checkouts past
 * their end or of a bounty that is over, payees whose onboarding ended unheard, payouts that could leave; sends back what wallets may keep no longer; and tells of payments of plans that are missing. Any worker may call it as often as it likes: one of them does it, once a minute.
 * Answers whether this call did. Throws when Stripe does not answer; the next minute begins where this one began.
 */
export async function sweepPayments(context: Context): Promise<boolean> {
  if (context.config.stripe.secretKey === undefined) return false;
  const turn = await takeTurn(context);
  if (turn === null) return false;
  await tellOfPastDue(context);
  await sendBackUnspent(context);
  const missed = await fetchMissedEvents(context, turn.eventsUntil);
  if (missed > 0) context.logger.warn({ missed }, 'webhooks had not come; their events were fetched');
  await context.database('payment_sweep').update({ events_until: turn.now });
  await settleStaleCheckouts(context);
  await closeUselessCheckouts(context);
  await finishStaleCards(context);
  await sweepWallets(context);
  await askAboutPayees(context);
  await context.database.transaction((trx) => wakePayouts(trx, 'all that wait'));
  return true;
}

async function takeTurn(context: Context): Promise<{ now: Date; eventsUntil: Date } | null> {
  const { rows } = await context.database.raw<{ rows: { now: Date; eventsUntil: Date }[] }>(
    `update payment_sweep set swept_at = clock_timestamp() where swept_at < clock_timestamp() - ? * interval '1 second'
     returning swept_at as now, events_until as "eventsUntil"`,
    [everySeconds],
  );
  return rows[0] ?? null;
}

/** One without a session was never answered; if it was made and paid all the same, its event says so. */
async function settleStaleCheckouts(context: Context): Promise<void> {
  const stale: { id: string; session_id: string | null }[] = await context
    .database('checkouts')
    .whereIn('state', ['creating', 'open'])
    .whereRaw('expires_at < clock_timestamp()')
    .orderBy('expires_at')
    .limit(atATime)
    .select('id', 'session_id');
  for (const { id, session_id: sessionId } of stale) {
    if (sessionId === null) await context.database.transaction((trx) => expireCheckout(context, trx, id));
    else await settleCheckout(context, sessionId);
  }
}

/** The page of a bounty that was cancelled, or of a boost of one that is closed, should take no money; what was paid on it all the same is sent back. */
async function closeUselessCheckouts(context: Context): Promise<void> {
  const open: { session_id: string }[] = await context
    .database('checkouts as c')
    .join('bounties as b', 'b.id', 'c.bounty_id')
    .where({ 'c.state': 'open' })
    .whereRaw(
      `case c.purpose when 'reward' then b.state = 'cancelled' when 'boost' then b.state <> 'open' else false end`,
    )
    .limit(atATime)
    .select('c.session_id');
  for (const { session_id: sessionId } of open) {
    try {
      await stripeClient(context.config).checkout.sessions.expire(sessionId);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    await settleCheckout(context, sessionId);
  }
}

/** Their events are not in the list above: accounts of API v2 tell their changes in a list of their own. */
async function askAboutPayees(context: Context): Promise<void> {
  const unsure: { stripe_account_id: string }[] = await context
    .database('payees')
    .whereNot({ state: 'active' })
    .whereNotNull('stripe_account_id')
    .whereRaw(
      `checked_at < clock_timestamp() - interval '1 minute' and created_at > clock_timestamp() - interval '30 days'`,
    )
    .orderBy('checked_at')
    .limit(atATime)
    .select('stripe_account_id');
  for (const payee of unsure) await updatePayee(context, payee.stripe_account_id);
}
