import { answered } from '../payments/answered.ts';
import { alarmAdmins } from '../payments/alarm-admins.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { isUuid } from '../platform/short-code.ts';
import { readSubscription, type ReadSubscription } from './read-subscription.ts';
import { tellManagers } from './tell-managers.ts';

/**
 * Moves our row of a subscription to what Stripe says of it now. Every answer is marked with the moment it was asked for, and an older
 * one never replaces a newer: whatever comes late, twice or in another order ends in the same row. One that is not ours is left alone.
 */
export async function settleSubscription(context: Context, subscriptionId: string): Promise<void> {
  const stripe = stripeClient(context.config);
  const askedAt = await now(context.database);
  const read = readSubscription(answered('subscription', await stripe.subscriptions.retrieve(subscriptionId)));
  const workspaceId = await findItsWorkspace(context.database, read);
  if (workspaceId === null) return;
  const pastDueSince = await findPastDueSince(context, read);
  await context.database.transaction((trx) => store(context, trx, { ...read, workspaceId, pastDueSince, askedAt }));
}

/** By what we wrote on it, or by its customer; null for a subscription that somebody made at Stripe for something else. */
async function findItsWorkspace(database: Database, read: ReadSubscription): Promise<string | null> {
  if (read.workspaceId !== null && isUuid(read.workspaceId)) {
    const named = await database('workspaces').where({ id: read.workspaceId }).first('id');
    if (named !== undefined) return named.id;
  }
  const customer = await database('stripe_customers').where({ customer_id: read.customerId }).first('workspace_id');
  return customer?.workspace_id ?? null;
}

/** Since when a payment is missing: the first of its invoices that are open, so that a second one that fails starts no new grace. */
async function findPastDueSince(context: Context, { id, status, periodStart }: ReadSubscription): Promise<Date | null> {
  if (status !== 'past_due' && status !== 'unpaid') return null;
  const moments: number[] = [];
  for await (const invoice of stripeClient(context.config).invoices.list({
    subscription: id,
    status: 'open',
    limit: 100,
  })) {
    moments.push(invoice.status_transitions.finalized_at ?? invoice.created);
  }
  return moments.length === 0 ? periodStart : new Date(Math.min(...moments) * 1000);
}

type Row = ReadSubscription & { workspaceId: string; pastDueSince: Date | null; askedAt: string };

async function store(context: Context, trx: Transaction, row: Row): Promise<void> {
  await trx.raw('select id from workspaces where id = ? for no key update', [row.workspaceId]);
  const before = await trx('subscriptions').where({ id: row.id }).first();
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into subscriptions (id, workspace_id, status, plan, addons, cancels_at, period_start, period_end, past_due_since, ended_at, created_at, read_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set status = excluded.status, plan = excluded.plan, addons = excluded.addons, cancels_at = excluded.cancels_at,
       period_start = excluded.period_start, period_end = excluded.period_end, past_due_since = excluded.past_due_since,
       ended_at = excluded.ended_at, read_at = excluded.read_at
     where subscriptions.read_at <= excluded.read_at returning id`,
    [
      row.id,
      row.workspaceId,
      row.status,
      row.plan,
      row.addons,
      row.cancelsAt,
      row.periodStart,
      row.periodEnd,
      row.pastDueSince,
      row.endedAt,
      row.createdAt,
      row.askedAt,
    ],
  );
  if (rows.length === 0 || isAsBefore(before, row)) return;
  context.logger.info(
    { subscription: row.id, workspaceId: row.workspaceId, status: row.status },
    'a subscription moved',
  );
  await tellManagers(trx, row.workspaceId, {
    type: 'plan.changed',
    payload: {
      status: row.status,
      plan: row.plan,
      addons: row.addons,
      cancelsAt: row.cancelsAt?.toISOString() ?? null,
    },
  });
  await refuseTwo(trx, row);
}

function isAsBefore(before: Record<string, unknown> | undefined, row: Row): boolean {
  if (before === undefined) return false;
  const shape = (values: unknown[]) => JSON.stringify(values);
  return (
    shape([before['status'], before['plan'], before['addons'], before['cancels_at'], before['past_due_since']]) ===
    shape([row.status, row.plan, row.addons, row.cancelsAt, row.pastDueSince])
  );
}

/** Two subscriptions that are charged at once: a person at the platform gives one back. */
async function refuseTwo(trx: Transaction, row: Row): Promise<void> {
  const charged: { id: string }[] = await trx('subscriptions')
    .where({ workspace_id: row.workspaceId })
    .whereIn('status', ['active', 'trialing', 'past_due'])
    .orderBy('created_at')
    .select('id');
  if (charged.length < 2) return;
  const ids = charged.map(({ id }) => id).join(', ');
  const problem = `Workspace ${row.workspaceId} has ${charged.length} subscriptions (${ids}). Cancel the newer at Stripe and refund its invoice.`;
  await alarmAdmins(trx, { topic: 'subscription', subject: row.id, problem });
}

/** The database's clock with all its digits, as text. */
async function now(database: Database): Promise<string> {
  const { rows } = await database.raw<{ rows: { now: string }[] }>('select clock_timestamp()::text as now');
  if (rows[0] === undefined) throw new Error('The clock gave no row');
  return rows[0].now;
}
