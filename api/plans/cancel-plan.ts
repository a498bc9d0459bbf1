import { randomUUID } from 'node:crypto';
import { recordAudit } from '../moderation/record-audit.ts';
import { answered } from '../payments/answered.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { findManagedWorkspace } from './find-managed-workspace.ts';
import { findSubscription, type Subscription } from './find-workspace-plan.ts';
import { settleSubscription } from './settle-subscription.ts';

type Request = { workspace: string; accountId: string };

/** When a subscription would end; nothing is changed. Throws as `cancelPlan`. */
export async function previewCancelPlan(context: Context, request: Request): Promise<Date> {
  const { subscription } = await findStanding(context, request, context.database);
  return endOf(subscription);
}

/**
 * Ends a subscription with the period that is paid: until then everything stays, nothing is charged any more and nothing given back.
 * Answers when. Throws `not_found`, `forbidden`, `illegal_state` without one or when it ends already, `payment_provider`.
 */
export async function cancelPlan(context: Context, request: Request): Promise<Date> {
  const ending = await writeIntent(context, 'plan.cancelled', request, async (trx) => {
    const { workspace, subscription } = await findStanding(context, request, trx);
    return { workspaceId: workspace.id, subscriptionId: subscription.id, endsAt: endOf(subscription).toISOString() };
  });
  await setEnding(context, ending, true);
  return new Date(ending.endsAt);
}

/** Takes a cancellation back while the period lasts; it is renewed as before. Throws `illegal_state` when nothing is cancelled. */
export async function keepPlan(context: Context, request: Request): Promise<void> {
  const ending = await writeIntent(context, 'plan.kept', request, async (trx) => {
    const workspace = await findManagedWorkspace(trx, request.workspace, request.accountId);
    const subscription = await findSubscription(context, trx, workspace.id);
    if (subscription === null || subscription.cancelsAt === null)
      throw new Failure(
        'illegal_state',
        `Nothing of ${workspace.name} is cancelled, so there is nothing to take back.`,
      );
    const endsAt = subscription.cancelsAt.toISOString();
    return { workspaceId: workspace.id, subscriptionId: subscription.id, endsAt };
  });
  await setEnding(context, ending, false);
}

async function findStanding(context: Context, { workspace: slug, accountId }: Request, database: Database) {
  const workspace = await findManagedWorkspace(database, slug, accountId);
  const subscription = await findSubscription(context, database, workspace.id);
  if (subscription === null)
    throw new Failure('illegal_state', `${workspace.name} pays no subscription, so there is nothing to cancel.`);
  if (subscription.cancelsAt !== null)
    throw new Failure(
      'illegal_state',
      `The subscription of ${workspace.name} ends on ${subscription.cancelsAt.toISOString().slice(0, 10)} already.`,
    );
  return { workspace, subscription };
}

function endOf({ id, periodEnd }: Subscription): Date {
  if (periodEnd === null) throw new Error(`Subscription ${id} has no period`);
  return periodEnd;
}

type Ending = { id: string; workspaceId: string; subscriptionId: string; endsAt: string };

/** Who asked, and for what, before Stripe is; the id of it is in the key, so that the same request acts once. */
async function writeIntent(
  context: Context,
  action: 'plan.cancelled' | 'plan.kept',
  { accountId }: Request,
  check: (trx: Transaction) => Promise<Omit<Ending, 'id'>>,
): Promise<Ending> {
  return context.database.transaction((trx) =>
    once(context, trx, action, async () => {
      const ending = { id: randomUUID(), ...(await check(trx)) };
      const details = { subscription: ending.subscriptionId, endsAt: ending.endsAt };
      const { workspaceId } = ending;
      await recordAudit(trx, { accountId, action, subject: workspaceId, workspaceId, details, asked: context.asked });
      return ending;
    }),
  );
}

async function setEnding(context: Context, { id, subscriptionId }: Ending, isEnding: boolean): Promise<void> {
  try {
    answered(
      'subscription',
      await stripeClient(context.config).subscriptions.update(
        subscriptionId,
        { cancel_at_period_end: isEnding },
        { idempotencyKey: `plan-ending:${id}`, maxNetworkRetries: 2 },
      ),
    );
    await settleSubscription(context, subscriptionId);
  } catch (error) {
    context.logger.error({ err: error, subscription: subscriptionId }, 'Stripe did not change when a plan ends');
    throw new Failure('payment_provider');
  }
}
