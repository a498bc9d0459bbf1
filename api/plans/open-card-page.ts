import { randomUUID } from 'node:crypto';
import { recordAudit } from '../moderation/record-audit.ts';
import { findOrMakeCustomer } from '../payments/find-or-make-customer.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { findManagedWorkspace } from './find-managed-workspace.ts';

/**
 * The page of Stripe's where the card of a workspace's subscription is changed (https://docs.stripe.com/customer-management); it lives for
 * minutes. Throws `not_found`, `forbidden`, `payment_provider`.
 */
export async function openCardPage(
  context: Context,
  request: { workspace: string; accountId: string },
): Promise<string> {
  const workspace = await findManagedWorkspace(context.database, request.workspace, request.accountId);
  await context.database.transaction((trx) =>
    once(context, trx, 'plan.card', () =>
      recordAudit(trx, {
        accountId: request.accountId,
        action: 'plan.card_page_opened',
        subject: workspace.id,
        workspaceId: workspace.id,
        details: { why: 'Who manages the workspace asked for the page where its card is changed.' },
        asked: context.asked,
      }),
    ),
  );
  try {
    const session = await stripeClient(context.config).billingPortal.sessions.create(
      {
        customer: await findOrMakeCustomer(context, workspace.id),
        flow_data: { type: 'payment_method_update' },
        return_url: `${context.config.publicUrl}/pricing`,
      },
      { idempotencyKey: `plan-card:${randomUUID()}`, maxNetworkRetries: 2 },
    );
    if (!session.url) throw new Error('The portal session has no address');
    return session.url;
  } catch (error) {
    context.logger.error({ err: error, workspaceId: workspace.id }, 'Stripe did not open the page of a card');
    throw new Failure('payment_provider');
  }
}
