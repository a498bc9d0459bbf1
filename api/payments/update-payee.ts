import type { Context } from '../platform/context.ts';
import { answered } from './answered.ts';
import { stripeClient } from './stripe-client.ts';
import { wakePayouts } from './wake-payouts.ts';

/** Moves a payee to what Stripe says of their account; while it is active, every payout that waited leaves. Accounts that are not ours are left alone. */
export async function updatePayee(context: Context, stripeAccountId: string): Promise<void> {
  const payee = await context.database('payees').where({ stripe_account_id: stripeAccountId }).first('account_id');
  if (payee === undefined) return;
  const state = await stateAtStripe(context, stripeAccountId);
  await context.database.transaction(async (trx) => {
    const known = await trx('payees').where({ account_id: payee.account_id }).forUpdate().first('state');
    await trx('payees')
      .where({ account_id: payee.account_id })
      .update({
        state,
        checked_at: trx.raw('clock_timestamp()'),
        ...(state === 'active' && known.state !== 'active' ? { active_at: trx.raw('clock_timestamp()') } : {}),
      });
    if (state === 'active') await wakePayouts(trx, { accountId: payee.account_id });
  });
}

/** https://docs.stripe.com/api/v2/core/accounts/object: whether it can receive transfers. */
async function stateAtStripe(context: Context, stripeAccountId: string): Promise<'active' | 'pending' | 'restricted'> {
  const account = answered(
    'payee',
    await stripeClient(context.config).v2.core.accounts.retrieve(stripeAccountId, {
      include: ['configuration.recipient'],
    }),
  );
  const status = account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status;
  return status === 'active' || status === 'pending' ? status : 'restricted';
}
