import type { Bounty } from '../bounties/bounty.ts';
import { findSight } from '../bounties/find-bounty.ts';
import { startFunding } from '../bounties/start-funding.ts';
import { checkCover, lapseCover, reserveCover } from '../insurance/reserve-cover.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseOverPlan } from '../plans/keep-plan-limits.ts';
import { answered } from './answered.ts';
import { checkoutFigures, type Figures } from './checkout-figures.ts';
import { closeOtherCheckout } from './close-other-checkout.ts';
import type { Checkout } from './lock-checkout.ts';
import { isRefusal } from './is-refusal.ts';
import { expireCheckout } from './settle-checkout.ts';
import { stripeClient } from './stripe-client.ts';

export type OpenCheckout = Figures & { checkoutUrl: string };

const livesHours = 23;

export type FundRequest = { bounty: string; accountId: string; insured: boolean };

/** Says what funding a bounty costs, and changes nothing. Throws `not_found`, `forbidden`, `illegal_state`, `invalid_value`. */
export async function previewCheckout(
  context: Context,
  { bounty: idOrCode, accountId, insured }: FundRequest,
): Promise<Figures> {
  const { bounty, canManage } = await findSight(context.database, idOrCode, accountId);
  if (!canManage)
    throw new Failure('forbidden', `Only the poster of ${bounty.code} or an admin of its workspace may fund it.`);
  if (bounty.state !== 'draft' && bounty.state !== 'funding') throw alreadyFunded(bounty);
  refusePast(context, bounty);
  await refuseOverPlan(context, context.database, bounty);
  const figures = checkoutFigures(bounty.rewardMinor, bounty.currency, insured);
  if (insured) await checkCover(context, bounty, figures);
  return figures;
}

/**
 * Opens a Stripe Checkout for a bounty, or answers the one that is open: there is at most one. The intent row is written first and names
 * the idempotency key, so that a lost answer cannot make a second session. One that is open with insurance when none is asked for, or
 * the reverse, is ended first. Throws as the preview does, and `payment_provider` when Stripe refuses or does not answer; after a refusal
 * the bounty is a draft again.
 */
export async function startCheckout(context: Context, request: FundRequest): Promise<OpenCheckout> {
  const { bounty: idOrCode, accountId, insured } = request;
  await previewCheckout(context, request);
  await closeOtherCheckout(context, idOrCode, insured);
  const { checkout, bounty } = await context.database.transaction(async (trx) => {
    const locked = await startFunding(context, trx, idOrCode, accountId);
    refusePast(context, locked);
    return { bounty: locked, checkout: await findOrMakeIntent(context, trx, locked, { accountId, insured }) };
  });
  const url = checkout.url ?? (await openSession(context, checkout, bounty));
  return {
    checkoutUrl: url,
    ...checkoutFigures(checkout.reward_minor, checkout.currency, checkout.premium_minor > 0n),
  };
}

async function findOrMakeIntent(
  context: Context,
  trx: Transaction,
  bounty: Bounty,
  { accountId, insured }: Pick<FundRequest, 'accountId' | 'insured'>,
): Promise<Checkout> {
  const open = await trx<Checkout>('checkouts')
    .where({ bounty_id: bounty.id })
    .whereIn('state', ['creating', 'open'])
    .first();
  if (open !== undefined && open.expires_at.getTime() > context.clock.nowMs() + 60_000) return open as Checkout;
  if (open !== undefined) {
    await trx('checkouts').where({ id: open.id }).update({ state: 'expired' });
    await lapseCover(trx, open.id);
  }
  const figures = checkoutFigures(bounty.rewardMinor, bounty.currency, insured);
  const [row] = await trx('checkouts')
    .insert({
      bounty_id: bounty.id,
      account_id: accountId,
      reward_minor: String(figures.rewardMinor),
      fee_minor: String(figures.feeMinor),
      premium_minor: String(figures.premiumMinor),
      total_minor: String(figures.totalMinor),
      currency: figures.currency,
      expires_at: trx.raw(`date_trunc('second', clock_timestamp()) + ? * interval '1 hour'`, [livesHours]),
    })
    .returning('*');
  if (insured) await reserveCover(context, trx, { bounty, checkoutId: row.id, accountId, figures });
  return row;
}

async function openSession(context: Context, checkout: Checkout, bounty: Bounty): Promise<string> {
  try {
    const session = await createSession(context, checkout, bounty);
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
      `Stripe cannot charge this amount (${error.code ?? 'refused'}). Nothing was charged. Post the bounty with another reward.`,
    );
  }
}

/** https://docs.stripe.com/api/checkout/sessions/create */
async function createSession(
  context: Context,
  checkout: Checkout,
  bounty: Bounty,
): Promise<{ id: string; url: string }> {
  const metadata = { bounty_id: bounty.id, checkout_id: checkout.id };
  const line = (name: string, amountMinor: bigint) => ({
    quantity: 1,
    price_data: { currency: checkout.currency.toLowerCase(), unit_amount: Number(amountMinor), product_data: { name } },
  });
  const session = await stripeClient(context.config).checkout.sessions.create(
    {
      mode: 'payment',
      client_reference_id: bounty.id,
      line_items: [
        line(`Reward of ${bounty.code}: ${bounty.title}`, checkout.reward_minor),
        line('Fee of Quarry (15%)', checkout.fee_minor),
        ...(checkout.premium_minor > 0n ? [line('Insurance (5%)', checkout.premium_minor)] : []),
      ],
      metadata,
      payment_intent_data: { metadata, transfer_group: `bounty:${bounty.id}` },
      success_url: `${context.config.publicUrl}/?paid=${bounty.code}`,
      cancel_url: `${context.config.publicUrl}/?unpaid=${bounty.code}`,
      expires_at: Math.floor(checkout.expires_at.getTime() / 1000),
    },
    { idempotencyKey: `checkout:${checkout.id}`, maxNetworkRetries: 2 },
  );
  const { id, url } = answered('checkout session', session);
  if (!url) throw new Error(`Checkout session ${id} has no address`);
  return { id, url };
}

function alreadyFunded(bounty: Bounty): Failure {
  return new Failure('illegal_state', `${bounty.code} is ${bounty.state}; only a draft can be funded.`, {
    state: bounty.state,
  });
}

function refusePast(context: Context, bounty: Bounty): void {
  if (bounty.deadline.getTime() > context.clock.nowMs()) return;
  throw new Failure('illegal_state', `The deadline of ${bounty.code} has passed. Post it again with a later one.`);
}
