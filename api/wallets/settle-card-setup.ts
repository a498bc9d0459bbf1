import type Stripe from 'stripe';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import { lockWallet } from './lock-wallet.ts';

/**
 * Keeps the card that was given on Stripe's page, in place of the one before; of several pages the one completed last at Stripe is heard
 * once and counts when it is heard. Safe to repeat.
 */
export async function settleCardSetup(
  context: Context,
  setupId: string,
  session: Stripe.Checkout.Session,
): Promise<void> {
  const intent = typeof session.setup_intent === 'object' ? session.setup_intent : null;
  const method = typeof intent?.payment_method === 'object' ? intent.payment_method : null;
  await context.database.transaction(async (trx) => {
    const known = await trx('card_setups').where({ id: setupId }).first('workspace_id', 'account_id');
    if (known === undefined) throw new Error(`There is no card setup ${setupId}`);
    const { workspace_id: workspaceId, account_id: accountId } = known;
    await lockWallet(trx, workspaceId);
    const setup = await trx('card_setups').where({ id: setupId }).forUpdate().first('state');
    if (setup.state === 'done') return;
    if (session.status === 'expired') {
      await trx('card_setups').where({ id: setupId }).update({ state: 'expired', session_id: session.id });
      return;
    }
    if (session.status !== 'complete' || intent?.status !== 'succeeded') return;
    if (!method?.card) throw new Error(`Session ${session.id} kept no card`);
    await trx('card_setups')
      .where({ id: setupId })
      .update({ state: 'done', session_id: session.id, done_at: trx.raw('clock_timestamp()') });
    const { brand, last4, exp_month: expMonth, exp_year: expYear } = method.card;
    await trx('wallets')
      .where({ workspace_id: workspaceId })
      .update({
        payment_method_id: method.id,
        card_brand: brand,
        card_last4: last4,
        card_exp_month: expMonth,
        card_exp_year: expYear,
        card_added_by: accountId,
        card_added_at: trx.raw('clock_timestamp()'),
      });
    await recordAudit(trx, {
      accountId,
      action: 'wallet.card_kept',
      subject: workspaceId,
      workspaceId,
      details: { brand, last4, expMonth, expYear },
    });
  });
}
