import { findOrMakeCustomer } from '../payments/find-or-make-customer.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { findManagingSeat } from './find-wallet.ts';
import { openSession } from './open-session.ts';

const livesHours = 23;

/**
 * Opens Stripe's page where a workspace's card is given, or answers the one that is open. Nothing is charged, and the card never comes
 * here: Stripe keeps it, and tells us what a person knows it by. Throws `not_found`, `forbidden`, `payment_provider`.
 */
export async function startCardSetup(
  context: Context,
  request: { workspace: string; accountId: string },
): Promise<{ setupUrl: string }> {
  const seat = await findManagingSeat(context.database, request.workspace, request.accountId, 'keep its card');
  const customer = await findOrMakeCustomer(context, seat.workspaceId).catch((error: unknown) => {
    context.logger.error({ err: error, workspaceId: seat.workspaceId }, 'Stripe did not make a customer');
    throw error instanceof Failure ? error : new Failure('payment_provider');
  });
  const row = await context.database.transaction((trx) =>
    findOrMakeSetup(context, trx, seat.workspaceId, request.accountId),
  );
  const { publicUrl } = context.config;
  const metadata = { workspace_id: seat.workspaceId, card_setup_id: row.id };
  // https://docs.stripe.com/payments/save-and-reuse?payment-ui=checkout
  const setupUrl = await openSession(context, 'card_setups', row, {
    mode: 'setup',
    customer,
    allowed_payment_method_types: ['card'],
    client_reference_id: row.id,
    metadata,
    setup_intent_data: { metadata },
    success_url: `${publicUrl}/?card-kept=${seat.slug}`,
    cancel_url: `${publicUrl}/?card-not-kept=${seat.slug}`,
    expires_at: Math.floor(row.expires_at.getTime() / 1000),
  });
  return { setupUrl };
}

type Row = { id: string; url: string | null; expires_at: Date };

async function findOrMakeSetup(
  context: Context,
  trx: Transaction,
  workspaceId: string,
  accountId: string,
): Promise<Row> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`card-setup:${workspaceId}`]);
  const open = await trx('card_setups')
    .where({ workspace_id: workspaceId })
    .whereIn('state', ['creating', 'open'])
    .forUpdate()
    .first();
  if (open !== undefined && open.expires_at.getTime() > context.clock.nowMs() + 60_000) return open;
  if (open !== undefined) await trx('card_setups').where({ id: open.id }).update({ state: 'expired' });
  const [row] = await trx('card_setups')
    .insert({
      workspace_id: workspaceId,
      account_id: accountId,
      expires_at: trx.raw(`date_trunc('second', clock_timestamp()) + ? * interval '1 hour'`, [livesHours]),
    })
    .returning('*');
  await recordAudit(trx, {
    accountId,
    action: 'wallet.card_page_opened',
    subject: workspaceId,
    workspaceId,
    details: { why: 'Who manages the wallet asked for the page where its card is given.' },
    asked: context.asked,
  });
  return row;
}
