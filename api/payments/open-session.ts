import { Failure } from '../platform/errors.ts';
import type { Context } from '../platform/context.ts';
import { answered } from './answered.ts';
import { expireCheckout } from './expire-checkout.ts';
import { isRefusal } from './is-refusal.ts';
import type { Checkout } from './lock-checkout.ts';
import { stripeClient } from './stripe-client.ts';

/** What the page says is paid for, line by line; amounts are minor units, and add up to the checkout's total. */
export type Line = { name: string; amountMinor: bigint };

/**
 * Opens the page of a checkout whose intent row is there, and answers its address. The row names the idempotency key, so that a lost
 * answer cannot make a second session. Throws `payment_provider` when Stripe refuses, which ends the checkout, or does not answer.
 */
export async function openSession(
  context: Context,
  checkout: Checkout,
  page: { bountyCode: string; lines: Line[]; otherwise: string },
): Promise<string> {
  try {
    const session = await createSession(context, checkout, page);
    await context
      .database('checkouts')
      .where({ id: checkout.id, state: 'creating' })
      .update({ state: 'open', session_id: session.id, url: session.url });
    return session.url;
  } catch (error) {
    context.logger.error({ err: error, checkout: checkout.id }, 'Stripe did not open a checkout');
    if (!isRefusal(error)) throw error instanceof Failure ? error : new Failure('payment_provider');
    await context.database.transaction((trx) => expireCheckout(context, trx, checkout.id));
    throw new Failure(
      'payment_provider',
      `Stripe cannot charge this amount (${error.code ?? 'refused'}). Nothing was charged. ${page.otherwise}`,
    );
  }
}

/** https://docs.stripe.com/api/checkout/sessions/create */
async function createSession(
  context: Context,
  checkout: Checkout,
  { bountyCode, lines }: { bountyCode: string; lines: Line[] },
): Promise<{ id: string; url: string }> {
  const metadata = { bounty_id: checkout.bounty_id, checkout_id: checkout.id };
  const publicUrl = checkout.public_url ?? context.config.publicUrl;
  const session = await stripeClient(context.config).checkout.sessions.create(
    {
      mode: 'payment',
      client_reference_id: checkout.bounty_id,
      line_items: lines
        .filter(({ amountMinor }) => amountMinor > 0n)
        .map(({ name, amountMinor }) => ({
          quantity: 1,
          price_data: {
            currency: checkout.currency.toLowerCase(),
            unit_amount: Number(amountMinor),
            product_data: { name },
          },
        })),
      metadata,
      payment_intent_data: { metadata, transfer_group: `bounty:${checkout.bounty_id}` },
      success_url: `${publicUrl}/?paid=${bountyCode}`,
      cancel_url: `${publicUrl}/?unpaid=${bountyCode}`,
      expires_at: Math.floor(checkout.expires_at.getTime() / 1000),
    },
    { idempotencyKey: `checkout:${checkout.id}`, maxNetworkRetries: 2 },
  );
  const { id, url } = answered('checkout session', session);
  if (!url) throw new Error(`Checkout session ${id} has no address`);
  return { id, url };
}
