import type Stripe from 'stripe';
import { Stripe as StripeSdk } from 'stripe';
import { noteDecline } from '../approvals/note-decline.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { answered } from './answered.ts';
import { expireCheckout } from './expire-checkout.ts';
import { isRefusal } from './is-refusal.ts';
import { feeOfCharge } from './note-stripe-fee.ts';
import { settlePaid } from './settle-paid.ts';
import { stripeClient } from './stripe-client.ts';

const expand = ['latest_charge.balance_transaction'];
const givenUpAfterMs = 10 * 60_000;

type Row = {
  id: string;
  state: string;
  bounty_id: string;
  bounty_state: string;
  total_minor: bigint;
  currency: string;
  payment_method_id: string;
  created_at: Date;
  customer_id: string;
  request_id: string | null;
};

/**
 * Charges a checkout's money to the card on file, without its holder, under one key whatever happens: a lost answer is found again by
 * asking again. `again`: it was asked for before, so it is looked for first, because Stripe keeps a failure of its own under the key even
 * when the payment was made. Answers whether it is paid; one that the bank still looks at is told later. Throws `card_declined` when the
 * bank says no, after which the bounty is a draft again, and `payment_provider` when Stripe does not answer: then it is asked again for
 * ten minutes, and given up. A payment that turns up after that counts, or goes back.
 */
export async function chargeTeamCard(
  context: Context,
  checkoutId: string,
  { again }: { again: boolean },
): Promise<'paid' | 'processing'> {
  const row = await findRow(context, checkoutId);
  if (row.state === 'paid') return 'paid';
  if (row.state === 'expired') throw new Failure('card_declined');
  const known = again ? await findIntent(context, row) : null;
  if (known?.status === 'requires_payment_method') throw await decline(context, row, known.last_payment_error);
  if (known === null && row.bounty_state === 'cancelled') throw await notNeeded(context, row);
  const intent = known ?? (await charge(context, row));
  return (await settleCardIntent(context, intent)) ? 'paid' : 'processing';
}

/** Looks at a payment by a card on file that Stripe tells of. Payments made on a page are left alone. Safe to repeat. */
export async function settleTeamCard(context: Context, intentId: string): Promise<void> {
  const intent = answered('payment', await stripeClient(context.config).paymentIntents.retrieve(intentId, { expand }));
  await settleCardIntent(context, intent);
}

async function findRow({ database }: Context, checkoutId: string): Promise<Row> {
  const row = await database('checkouts as c')
    .join('bounties as b', 'b.id', 'c.bounty_id')
    .join('stripe_customers as s', 's.workspace_id', 'b.workspace_id')
    .where({ 'c.id': checkoutId, 'c.source': 'card' })
    .first('c.*', 's.customer_id', 'b.state as bounty_state');
  if (row === undefined) throw new Error(`Checkout ${checkoutId} is not of a card on file`);
  return row;
}

/** https://docs.stripe.com/payments/save-and-reuse#charge-saved-payment-method */
async function charge(context: Context, row: Row): Promise<Stripe.PaymentIntent> {
  try {
    const made = await stripeClient(context.config).paymentIntents.create(
      {
        amount: Number(row.total_minor),
        currency: row.currency.toLowerCase(),
        customer: row.customer_id,
        payment_method: row.payment_method_id,
        allowed_payment_method_types: ['card'],
        confirm: true,
        off_session: true,
        metadata: { bounty_id: row.bounty_id, checkout_id: row.id },
        transfer_group: `bounty:${row.bounty_id}`,
        expand,
      },
      { idempotencyKey: `card:${row.id}`, maxNetworkRetries: 2 },
    );
    return answered('payment', made);
  } catch (error) {
    const isDecline = error instanceof StripeSdk.errors.StripeCardError;
    context.logger.warn({ err: error, checkout: row.id, isDecline }, 'a card on file was not charged');
    if (isDecline || isRefusal(error)) throw await decline(context, row, error);
    if (context.clock.nowMs() - row.created_at.getTime() > givenUpAfterMs)
      await giveUp(context, row, 'Stripe did not answer in time. Nothing was charged as far as we know.');
    throw error instanceof Failure ? error : new Failure('payment_provider');
  }
}

/** The payment of this very checkout, whatever became of it. */
async function findIntent(context: Context, row: Row): Promise<Stripe.PaymentIntent | null> {
  const since = Math.floor(row.created_at.getTime() / 1000) - 60;
  const list = stripeClient(context.config).paymentIntents.list({
    customer: row.customer_id,
    created: { gte: since },
    limit: 100,
    expand: expand.map((path) => `data.${path}`),
  });
  for await (const intent of list) if (intent.metadata['checkout_id'] === row.id) return intent;
  return null;
}

type Said = { code?: string | undefined; decline_code?: string | undefined } | null;

async function decline(context: Context, row: Row, said: Said): Promise<Failure> {
  const failure = new Failure('card_declined', sentenceOf(said?.code, said?.decline_code));
  await giveUp(context, row, failure.message);
  return failure;
}

async function notNeeded(context: Context, row: Row): Promise<Failure> {
  const failure = new Failure('card_declined', 'The bounty was cancelled meanwhile. Nothing was charged.');
  await giveUp(context, row, failure.message);
  return failure;
}

/** Who had a second person's agreement to this try is told why it came to nothing. */
async function giveUp(context: Context, row: Row, reason: string): Promise<void> {
  await context.database.transaction(async (trx) => {
    const isEnded = await expireCheckout(context, trx, row.id);
    if (isEnded && row.request_id !== null) await noteDecline(trx, row.request_id, reason);
  });
}

async function settleCardIntent(context: Context, intent: Stripe.PaymentIntent): Promise<boolean> {
  const checkoutId = intent.metadata['checkout_id'];
  if (checkoutId === undefined || intent.status !== 'succeeded') return false;
  const { database } = context;
  const ours = await database('checkouts').where({ id: checkoutId, source: 'card' }).first('id');
  if (ours === undefined) return false;
  const latest = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  await database.transaction(async (trx) => {
    await settlePaid(context, trx, checkoutId, {
      sessionId: null,
      intentId: intent.id,
      chargeId: latest?.id ?? null,
      amountMinor: BigInt(intent.amount_received),
      currency: intent.currency.toUpperCase(),
      movement: latest === null ? null : feeOfCharge(latest),
    });
  });
  return true;
}

/** https://docs.stripe.com/declines/codes */
function sentenceOf(code: string | undefined, declineCode: string | undefined): string {
  if (code === 'authentication_required')
    return 'The bank of the card on file wants its holder there for this payment. Nothing was charged. Pay on the checkout page instead.';
  const reasons: Record<string, string> = {
    insufficient_funds: 'it has not enough money',
    expired_card: 'it has expired',
    lost_card: 'the bank has blocked it',
    stolen_card: 'the bank has blocked it',
    card_velocity_exceeded: 'it is over its own limit',
  };
  const reason = reasons[declineCode ?? ''] ?? 'its bank gave no reason';
  return `The card on file was declined: ${reason}. Nothing was charged. Pay on the checkout page instead, or keep another card.`;
}
