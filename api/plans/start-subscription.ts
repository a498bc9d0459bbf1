import { recordAudit } from '../moderation/record-audit.ts';
import { answered } from '../payments/answered.ts';
import { isRefusal } from '../payments/is-refusal.ts';
import { findOrMakeCustomer } from '../payments/find-or-make-customer.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { billingCurrency, monthlyOf, type AddonName } from './catalogue.ts';
import type { WorkspaceOfPlan } from './find-managed-workspace.ts';
import { findSubscription } from './find-workspace-plan.ts';
import { findPrices, soldWith } from './prices.ts';

const livesHours = 23;
const marginMs = 60_000;

type Attempt = {
  id: string;
  addons: AddonName[];
  due_minor: bigint;
  expires_at: Date;
  session_id: string | null;
  url: string | null;
};

/**
 * Opens Stripe's page where a workspace subscribes to Pro with these add-ons, or answers the one that is open for the same. One for
 * something else is closed first, so that nobody pays twice. The intent row is written before Stripe is called. Throws `payment_provider`.
 */
export async function startSubscription(
  context: Context,
  wish: { workspace: WorkspaceOfPlan; accountId: string; addons: AddonName[] },
): Promise<string> {
  const { workspace, addons } = wish;
  try {
    await closeOthers(context, workspace.id, addons);
    const attempt = await context.database.transaction((trx) => findOrMakeAttempt(context, trx, wish));
    return attempt.url ?? (await openSession(context, attempt, workspace));
  } catch (error) {
    if (error instanceof Failure) throw error;
    context.logger.error({ err: error, workspaceId: workspace.id }, 'Stripe did not open the page of a subscription');
    throw new Failure('payment_provider');
  }
}

/** Ends the open page of a workspace when it is for something else. Stripe refuses that for one that was paid meanwhile; so do we then. */
async function closeOthers(context: Context, workspaceId: string, addons: AddonName[]): Promise<void> {
  const open: Attempt | undefined = await openAttempt(context.database('plan_checkouts'), workspaceId);
  if (open === undefined || isSame(open, addons)) return;
  if (open.session_id !== null) {
    try {
      await stripeClient(context.config).checkout.sessions.expire(open.session_id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { status } = await stripeClient(context.config).checkout.sessions.retrieve(open.session_id);
      if (status === 'complete')
        throw new Failure('conflict', 'A subscription was paid just now. Look at your plan again in a moment.');
    }
  }
  await context.database('plan_checkouts').where({ id: open.id }).update({ state: 'expired' });
}

async function findOrMakeAttempt(
  context: Context,
  trx: Transaction,
  { workspace, accountId, addons }: { workspace: WorkspaceOfPlan; accountId: string; addons: AddonName[] },
): Promise<Attempt> {
  await trx.raw('select id from workspaces where id = ? for no key update', [workspace.id]);
  if ((await findSubscription(context, trx, workspace.id)) !== null)
    throw new Failure('conflict', `${workspace.name} has a subscription already. Look at its plan again.`);
  const open: Attempt | undefined = await openAttempt(trx('plan_checkouts'), workspace.id);
  if (open !== undefined && isSame(open, addons) && open.expires_at.getTime() > context.clock.nowMs() + marginMs)
    return open;
  if (open !== undefined) await trx('plan_checkouts').where({ id: open.id }).update({ state: 'expired' });
  const dueMinor = monthlyOf(addons);
  const [made] = await trx('plan_checkouts')
    .insert({
      workspace_id: workspace.id,
      account_id: accountId,
      addons,
      due_minor: String(dueMinor),
      currency: billingCurrency,
      expires_at: trx.raw(`date_trunc('second', clock_timestamp()) + ? * interval '1 hour'`, [livesHours]),
    })
    .returning('*');
  const details = { plan: 'pro', addons, dueMinor: Number(dueMinor), currency: billingCurrency };
  await recordAudit(trx, {
    accountId,
    action: 'plan.subscription_started',
    subject: workspace.id,
    workspaceId: workspace.id,
    details,
    asked: context.asked,
  });
  return made;
}

function openAttempt(table: ReturnType<Transaction>, workspaceId: string): Promise<Attempt | undefined> {
  return table.where({ workspace_id: workspaceId }).whereIn('state', ['creating', 'open']).first();
}

function isSame(attempt: Attempt, addons: AddonName[]): boolean {
  return [...attempt.addons].sort().join() === [...addons].sort().join();
}

/** https://docs.stripe.com/api/checkout/sessions/create, mode subscription. */
async function openSession(context: Context, attempt: Attempt, workspace: WorkspaceOfPlan): Promise<string> {
  const prices = await findPrices(context, soldWith(attempt.addons));
  const metadata = { workspace_id: workspace.id, plan_checkout_id: attempt.id };
  const made = await stripeClient(context.config).checkout.sessions.create(
    {
      mode: 'subscription',
      customer: await findOrMakeCustomer(context, workspace.id),
      client_reference_id: workspace.id,
      line_items: [...prices.values()].map((price) => ({ price, quantity: 1 })),
      metadata,
      subscription_data: { metadata: { workspace_id: workspace.id } },
      success_url: `${context.config.publicUrl}/pricing?subscribed=${workspace.slug}`,
      cancel_url: `${context.config.publicUrl}/pricing`,
      expires_at: Math.floor(attempt.expires_at.getTime() / 1000),
    },
    { idempotencyKey: `subscribe:${attempt.id}`, maxNetworkRetries: 2 },
  );
  const { id, url } = answered('checkout session', made);
  if (!url) throw new Error(`Checkout session ${id} has no address`);
  await context
    .database('plan_checkouts')
    .where({ id: attempt.id, state: 'creating' })
    .update({ state: 'open', session_id: id, url });
  return url;
}
