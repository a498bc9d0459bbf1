import { randomUUID } from 'node:crypto';
import { recordAudit } from '../moderation/record-audit.ts';
import { answered } from '../payments/answered.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { findManagedWorkspace, type WorkspaceOfPlan } from './find-managed-workspace.ts';
import { findSubscription, type Subscription } from './find-workspace-plan.ts';
import { settleSubscription } from './settle-subscription.ts';

type Request = { workspace: string; accountId: string };

/** When a subscription would end; nothing is changed. Throws as `cancelPlan`. */
export async function previewCancelPlan(context: Context, request: Request): Promise<Date> {
  const { subscription } = await findStanding(context, request);
  return endOf(subscription);
}

/**
 * Ends a subscription with the period that is paid: until then everything stays, nothing is charged any more and nothing given back.
 * Answers when. Throws `not_found`, `forbidden`, `illegal_state` without one or when it ends already, `payment_provider`.
 */
export async function cancelPlan(context: Context, request: Request): Promise<Date> {
  const { workspace, subscription } = await findStanding(context, request);
  await setEnding(context, { ...request, workspace, subscription, isEnding: true });
  return endOf(subscription);
}

/** Takes a cancellation back while the period lasts; it is renewed as before. Throws `illegal_state` when nothing is cancelled. */
export async function keepPlan(context: Context, request: Request): Promise<void> {
  const workspace = await findManagedWorkspace(context.database, request.workspace, request.accountId);
  const subscription = await findSubscription(context, context.database, workspace.id);
  if (subscription === null || subscription.cancelsAt === null)
    throw new Failure('illegal_state', `Nothing of ${workspace.name} is cancelled, so there is nothing to take back.`);
  await setEnding(context, { ...request, workspace, subscription, isEnding: false });
}

async function findStanding(context: Context, { workspace: slug, accountId }: Request) {
  const workspace = await findManagedWorkspace(context.database, slug, accountId);
  const subscription = await findSubscription(context, context.database, workspace.id);
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

/** Who asked is written down before Stripe is; setting it twice is setting it once, so each time may have a key of its own. */
async function setEnding(
  context: Context,
  ending: { accountId: string; workspace: WorkspaceOfPlan; subscription: Subscription; isEnding: boolean },
): Promise<void> {
  const { accountId, workspace, subscription, isEnding } = ending;
  const action = isEnding ? 'plan.cancelled' : 'plan.kept';
  await context.database.transaction((trx) =>
    recordAudit(trx, { accountId, action, subject: workspace.id, details: { subscription: subscription.id } }),
  );
  try {
    answered(
      'subscription',
      await stripeClient(context.config).subscriptions.update(
        subscription.id,
        { cancel_at_period_end: isEnding },
        { idempotencyKey: `plan-ending:${randomUUID()}`, maxNetworkRetries: 2 },
      ),
    );
    await settleSubscription(context, subscription.id);
  } catch (error) {
    context.logger.error({ err: error, subscription: subscription.id }, 'Stripe did not change when a plan ends');
    throw new Failure('payment_provider');
  }
}
