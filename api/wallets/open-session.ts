import type Stripe from 'stripe';
import { answered } from '../payments/answered.ts';
import { isRefusal } from '../payments/is-refusal.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';

type Row = { id: string; url: string | null };

/**
 * Opens the page of a row that waits for one, under a key that names the row, and notes its address. A row that has a page keeps it.
 * Throws `payment_provider`; after a refusal the row is over.
 */
export async function openSession(
  context: Context,
  table: 'top_ups' | 'card_setups',
  row: Row,
  params: Stripe.Checkout.SessionCreateParams,
): Promise<string> {
  if (row.url !== null) return row.url;
  const { database } = context;
  try {
    const made = await stripeClient(context.config).checkout.sessions.create(params, {
      idempotencyKey: `${table}:${row.id}`,
      maxNetworkRetries: 2,
    });
    const { id, url } = answered('checkout session', made);
    if (!url) throw new Error(`Checkout session ${id} has no address`);
    await database(table).where({ id: row.id, state: 'creating' }).update({ state: 'open', session_id: id, url });
    return url;
  } catch (error) {
    context.logger.error({ err: error, table, id: row.id }, 'Stripe did not open a page');
    if (!isRefusal(error)) throw error instanceof Failure ? error : new Failure('payment_provider');
    await database(table).where({ id: row.id, state: 'creating' }).update({ state: 'expired' });
    throw new Failure(
      'payment_provider',
      `Stripe did not take this (${error.code ?? 'refused'}). Nothing was charged. Try another amount.`,
    );
  }
}
