import type { Context } from '../platform/context.ts';
import { answered } from './answered.ts';
import { stripeClient } from './stripe-client.ts';

/**
 * Stripe's customer of a workspace, made the first time, one for whatever the workspace buys. What is sent never changes, so that a lost
 * answer is found again by its key; a second one, after Stripe forgot the key, would have no money and no card. Throws what Stripe throws.
 */
export async function findOrMakeCustomer(context: Context, workspaceId: string): Promise<string> {
  const { database } = context;
  const find = () => database('stripe_customers').where({ workspace_id: workspaceId }).first('customer_id');
  const known = await find();
  if (known !== undefined) return known.customer_id;
  const made = await stripeClient(context.config).customers.create(
    { metadata: { workspace_id: workspaceId } },
    { idempotencyKey: `customer:${workspaceId}`, maxNetworkRetries: 2 },
  );
  const { id } = answered('customer', made);
  await database('stripe_customers').insert({ workspace_id: workspaceId, customer_id: id }).onConflict().ignore();
  return (await find()).customer_id;
}
