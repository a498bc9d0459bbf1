import { answered } from '../payments/answered.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';

/** Stripe's customer of a workspace, made the first time something is bought; there is one for whatever it buys. */
export async function findCustomer(context: Context, workspace: { id: string; name: string }): Promise<string> {
  const { database } = context;
  const known = await database('stripe_customers').where({ workspace_id: workspace.id }).first('customer_id');
  if (known !== undefined) return known.customer_id;
  const made = answered(
    'customer',
    await stripeClient(context.config).customers.create(
      { name: workspace.name, metadata: { workspace_id: workspace.id } },
      { idempotencyKey: `customer:${workspace.id}`, maxNetworkRetries: 2 },
    ),
  );
  await database('stripe_customers')
    .insert({ workspace_id: workspace.id, customer_id: made.id })
    .onConflict('workspace_id')
    .ignore();
  return made.id;
}
