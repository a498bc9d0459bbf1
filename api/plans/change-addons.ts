import type Stripe from 'stripe';
import { recordAudit } from '../moderation/record-audit.ts';
import { answered } from '../payments/answered.ts';
import { isRefusal } from '../payments/is-refusal.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { monthlyOf, type AddonName, type Sold } from './catalogue.ts';
import type { WorkspaceOfPlan } from './find-managed-workspace.ts';
import type { Subscription } from './find-workspace-plan.ts';
import { findPrices, soldWith } from './prices.ts';
import { settleSubscription } from './settle-subscription.ts';

/** A line of a change: what goes gives credit for the rest of the month, what comes is charged for it. Minor units. */
export type ChangeLine = { what: string; amountMinor: bigint };

/**
 * The exact figures of a change at one moment: what the card is charged now, what is left as credit for later invoices, and what a month
 * costs from then on. A new subscription is charged for whole months and has no such moment.
 */
export type ChangeFigures = {
  prorationAt: Date | null;
  lines: ChangeLine[];
  dueMinor: bigint;
  creditMinor: bigint;
  monthlyMinor: bigint;
};

type Wanted = {
  workspace: WorkspaceOfPlan;
  accountId: string;
  subscription: Subscription;
  addons: AddonName[];
};

/** How long figures that were shown can be confirmed. */
const confirmWithinMs = 15 * 60_000;

/** Asks Stripe what a change would cost at this moment, or at one that was shown before; nothing is changed. Throws `payment_provider`. */
export async function previewChange(context: Context, wanted: Wanted, prorationAt?: Date): Promise<ChangeFigures> {
  const at = prorationAt ?? new Date(Math.floor(context.clock.nowMs() / 1000) * 1000);
  try {
    const preview = await stripeClient(context.config).invoices.createPreview({
      subscription: wanted.subscription.id,
      subscription_details: {
        items: await findItems(context, wanted),
        proration_behavior: 'always_invoice',
        proration_date: seconds(at),
      },
    });
    return figuresOf(preview, at, wanted.addons);
  } catch (error) {
    context.logger.error({ err: error, subscription: wanted.subscription.id }, 'Stripe gave no preview of a change');
    throw error instanceof Failure ? error : new Failure('payment_provider');
  }
}

/**
 * Changes the add-ons of a subscription for exactly the figures that were shown: the card is charged now, or nothing is changed. The same
 * change again, after a lost answer, is the same change. Throws `conflict` for figures that are not those any more, `card_declined`
 * when the card is, `payment_provider` when Stripe does not answer.
 */
export async function changeAddons(
  context: Context,
  wanted: Wanted,
  shown: { prorationAt: Date; dueMinor: bigint },
): Promise<ChangeFigures> {
  if (Math.abs(context.clock.nowMs() - shown.prorationAt.getTime()) > confirmWithinMs) throw stale();
  const figures = await previewChange(context, wanted, shown.prorationAt);
  if (figures.dueMinor !== shown.dueMinor) throw stale();
  const id = await writeIntent(context, wanted, shown);
  try {
    const updated = await stripeClient(context.config).subscriptions.update(
      wanted.subscription.id,
      {
        items: await findItems(context, wanted),
        payment_behavior: 'error_if_incomplete',
        proration_behavior: 'always_invoice',
        proration_date: seconds(shown.prorationAt),
      },
      { idempotencyKey: `plan-change:${id}`, maxNetworkRetries: 2 },
    );
    answered('subscription', updated);
  } catch (error) {
    throw await noteRefusal(context, id, error);
  }
  await context.database('plan_changes').where({ id }).update({ state: 'done' });
  await settleSubscription(context, wanted.subscription.id);
  return figures;
}

/** The intent row. One that was asked for the same and never answered is gone on with, so that its key is used again. */
async function writeIntent(
  context: Context,
  { workspace, accountId, subscription, addons }: Wanted,
  { prorationAt, dueMinor }: { prorationAt: Date; dueMinor: bigint },
): Promise<string> {
  return context.database.transaction(async (trx) => {
    await trx.raw('select id from workspaces where id = ? for no key update', [workspace.id]);
    const same = { subscription_id: subscription.id, proration_at: prorationAt, due_minor: String(dueMinor) };
    const known = await trx('plan_changes')
      .where({ ...same, state: 'asked' })
      .whereRaw('addons = ?::text[]', [addons])
      .first('id');
    if (known !== undefined) return known.id;
    const [made] = await trx('plan_changes')
      .insert({ ...same, workspace_id: workspace.id, account_id: accountId, addons })
      .returning('id');
    const details = { addons, before: subscription.addons, dueMinor: Number(dueMinor) };
    await recordAudit(trx, {
      accountId,
      action: 'plan.changed',
      subject: workspace.id,
      workspaceId: workspace.id,
      details,
      asked: context.asked,
    });
    return made.id;
  });
}

/** What is to be said of an update that Stripe did not make; one that may have been made is told by its events. */
async function noteRefusal(context: Context, id: string, error: unknown): Promise<Failure> {
  if (error instanceof Failure) return error;
  context.logger.error({ err: error, change: id }, 'Stripe did not change a subscription');
  const { type, message } = error as { type?: string; message?: string };
  const isDeclined = type === 'StripeCardError';
  if (isDeclined || isRefusal(error))
    await context
      .database('plan_changes')
      .where({ id })
      .update({ state: 'refused', problem: message ?? 'refused' });
  if (!isDeclined) return new Failure('payment_provider');
  return new Failure(
    'card_declined',
    `The card was declined (${message ?? 'no reason given'}). Nothing was changed or charged. Change the card with /bounty-setup plan and try again.`,
  );
}

function stale(): Failure {
  return new Failure('conflict', 'The figures are not those you were shown any more. Look at them again and confirm.');
}

/** What is to come and to go, compared with what Stripe has now. */
async function findItems(context: Context, { subscription, addons }: Wanted) {
  const wanted = soldWith(addons);
  const known = answered(
    'subscription',
    await stripeClient(context.config).subscriptions.retrieve(subscription.id),
  ).items.data.map((item) => ({ id: item.id, sold: item.price.metadata['sold'] as Sold | undefined }));
  const gone = known.filter(({ sold }) => sold === undefined || !wanted.includes(sold));
  const come = wanted.filter((sold) => !known.some((item) => item.sold === sold));
  if (gone.length + come.length === 0)
    throw new Failure('illegal_state', 'The subscription has exactly that already. Look at your plan again.');
  const prices = await findPrices(context, come);
  return [
    ...gone.map(({ id }) => ({ id, deleted: true })),
    ...[...prices.values()].map((price) => ({ price, quantity: 1 })),
  ];
}

/** Only the prorated lines are of this change; a credit of before is used up first (https://docs.stripe.com/api/invoices/create_preview). */
function figuresOf(preview: Stripe.Invoice, prorationAt: Date, addons: AddonName[]): ChangeFigures {
  const lines = preview.lines.data
    .filter((line) => line.parent?.subscription_item_details?.proration === true)
    .map((line) => ({ what: line.description ?? 'A part of a month', amountMinor: BigInt(line.amount) }));
  const credit = BigInt(preview.starting_balance);
  if (credit !== 0n) lines.push({ what: 'Credit from before', amountMinor: credit });
  const total = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  return {
    prorationAt,
    lines,
    dueMinor: total > 0n ? total : 0n,
    creditMinor: total < 0n ? -total : 0n,
    monthlyMinor: monthlyOf(addons),
  };
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
