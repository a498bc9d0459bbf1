import type Stripe from 'stripe';
import { postTopUp } from '../ledger/post-wallet.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { answered } from '../payments/answered.ts';
import { bookStripeFee, feeOfCharge } from '../payments/note-stripe-fee.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { lockWallet } from './lock-wallet.ts';
import { settleCardSetup } from './settle-card-setup.ts';

/**
 * Moves a payment into a wallet, or the keeping of a card, to what Stripe says of its session. Sessions of anything else are left alone.
 * Safe to repeat, in any order.
 */
export async function settleWalletSession(context: Context, sessionId: string): Promise<void> {
  const stripe = stripeClient(context.config);
  const session = answered(
    'checkout session',
    await stripe.checkout.sessions.retrieve(sessionId, { expand: ['setup_intent.payment_method'] }),
  );
  const { top_up_id: topUpId, card_setup_id: cardSetupId } = session.metadata ?? {};
  if (topUpId !== undefined) await settleTopUp(context, topUpId, session);
  else if (cardSetupId !== undefined) await settleCardSetup(context, cardSetupId, session);
}

/** Money that came after its page had expired here is the workspace's all the same. */
async function settleTopUp(context: Context, topUpId: string, session: Stripe.Checkout.Session): Promise<void> {
  const { database } = context;
  if (session.status === 'expired') {
    await database('top_ups')
      .where({ id: topUpId })
      .whereIn('state', ['creating', 'open'])
      .update({ state: 'expired', session_id: session.id });
    return;
  }
  if (session.status !== 'complete' || session.payment_status !== 'paid') return;
  const intentId = typeof session.payment_intent === 'string' ? session.payment_intent : session.payment_intent?.id;
  if (!intentId) throw new Error(`Checkout session ${session.id} is paid without a payment`);
  const intent = answered(
    'payment',
    await stripeClient(context.config).paymentIntents.retrieve(intentId, {
      expand: ['latest_charge.balance_transaction'],
    }),
  );
  await book(context, topUpId, session, intent);
}

function book(
  context: Context,
  topUpId: string,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
): Promise<void> {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  return context.database.transaction(async (trx) => {
    const known = await trx('top_ups').where({ id: topUpId }).first('workspace_id');
    if (known === undefined) throw new Error(`There is no payment ${topUpId} into a wallet`);
    const { workspace_id: workspaceId } = known;
    await lockWallet(trx, workspaceId);
    const topUp = await trx('top_ups').where({ id: topUpId }).forUpdate().first();
    if (topUp.state === 'paid') return;
    const { amount_minor: amountMinor, currency, account_id: accountId } = topUp;
    if (BigInt(session.amount_total ?? 0) !== amountMinor || session.currency?.toUpperCase() !== currency)
      throw new Error(
        `Payment ${topUpId} was of ${session.amount_total} ${session.currency}, not ${amountMinor} ${currency}`,
      );
    await trx('top_ups')
      .where({ id: topUpId })
      .update({
        state: 'paid',
        session_id: session.id,
        payment_intent_id: intent.id,
        charge_id: charge?.id ?? null,
        paid_at: trx.raw('clock_timestamp()'),
      });
    await postTopUp(trx, {
      key: `top-up:${topUpId}`,
      workspaceId,
      currency,
      amountMinor,
      actor: accountId,
      stripeRef: intent.id,
    });
    await bookStripeFee(trx, topUpId, charge === null ? null : feeOfCharge(charge));
    const details = { amountMinor: Number(amountMinor), currency, topUpId, paymentIntentId: intent.id };
    await recordAudit(trx, { accountId, action: 'wallet.topped_up', subject: workspaceId, workspaceId, details });
    await recordEvent(trx, { type: 'wallet.topped_up', audience: 'account', accountId, workspaceId, payload: details });
    context.logger.info({ topUpId, workspaceId }, 'a wallet was topped up');
  });
}
