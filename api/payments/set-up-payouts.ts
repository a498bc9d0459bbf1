import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { canBePaidIn, payoutCountries } from './payout-countries.ts';
import { sayPayoutCountry } from './payout-country.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * Makes the account's payee at Stripe, once, and answers a fresh link to its onboarding page. Throws `invalid_value` for a country that
 * cannot be paid, of which it keeps that it was said and makes nothing, and `payment_provider` when Stripe refuses.
 */
export async function setUpPayouts(
  context: Context,
  accountId: string,
  country: string,
): Promise<{ onboardingUrl: string }> {
  await context.database.transaction((trx) => sayPayoutCountry(context, trx, { accountId, country }));
  if (!canBePaidIn(country)) {
    throw new Failure(
      'invalid_value',
      `Payouts to ${country} are not possible. Countries that are: ${payoutCountries.join(', ')}.`,
    );
  }
  const payee = await context.database.transaction(async (trx) => {
    await trx('payees').insert({ account_id: accountId, country }).onConflict('account_id').ignore();
    const row = await trx('payees').where({ account_id: accountId }).forUpdate().first();
    if (row.country === country)
      await once(context, trx, 'payouts.setup', () => audit(context, trx, accountId, country));
    return row;
  });
  if (payee.country !== country) {
    throw new Failure('conflict', `Your payouts are set up for ${payee.country}. Tell support if you have moved.`);
  }
  try {
    const stripeAccountId = payee.stripe_account_id ?? (await createRecipient(context, accountId, country));
    return { onboardingUrl: await createLink(context, stripeAccountId) };
  } catch (error) {
    context.logger.error({ err: error, accountId }, 'Stripe did not set up a payee');
    throw new Failure('payment_provider');
  }
}

async function audit(context: Context, trx: Transaction, accountId: string, country: string): Promise<void> {
  const why = 'The payee asked for the page where they say where their money goes.';
  const details = { country, why };
  const entry = { accountId, action: 'payouts.setup_opened', subject: accountId, details, asked: context.asked };
  await recordAudit(trx, entry);
}

/** https://docs.stripe.com/api/v2/core/accounts/create, a recipient: it is paid, and never charges. */
async function createRecipient(context: Context, accountId: string, country: string): Promise<string> {
  const account = await context.database('accounts').where({ id: accountId }).first('display_name');
  const made = await stripeClient(context.config).v2.core.accounts.create(
    {
      contact_email: `payee-${accountId}@payees.quarry.invalid`,
      display_name: account.display_name,
      dashboard: 'express',
      identity: { country: country.toLowerCase(), entity_type: 'individual' },
      configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
      defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
      metadata: { account_id: accountId },
      include: ['configuration.recipient'],
    },
    { idempotencyKey: `payee:${accountId}` },
  );
  await context
    .database('payees')
    .where({ account_id: accountId })
    .whereNull('stripe_account_id')
    .update({ stripe_account_id: made.id });
  return made.id;
}

async function createLink(context: Context, stripeAccountId: string): Promise<string> {
  const back = `${context.config.publicUrl}/?payouts=done`;
  const link = await stripeClient(context.config).v2.core.accountLinks.create({
    account: stripeAccountId,
    use_case: {
      type: 'account_onboarding',
      account_onboarding: { refresh_url: back, return_url: back },
    },
  });
  return link.url;
}
