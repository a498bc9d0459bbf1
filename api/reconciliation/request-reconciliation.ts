import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { enqueueJob } from '../platform/jobs.ts';
import { once } from '../platform/once.ts';
import type { ReconciliationRow } from './find-reconciliations.ts';

/** What is younger may still be on its way to the ledger. */
const youngMinutes = 15;

/**
 * Asks for a comparison of everything before `cutOff`, a quarter of an hour ago when left out; a worker makes it. Throws `unavailable` when
 * payments are not set up here, and `invalid_value` for a moment that has not come.
 */
export async function requestReconciliation(
  context: Context,
  trx: Transaction,
  request: { accountId: string; cutOff: Date | undefined },
): Promise<ReconciliationRow> {
  if (context.config.stripe.secretKey === undefined)
    throw new Failure('unavailable', 'Payments are not set up here. Set STRIPE_SECRET_KEY.');
  const nowMs = context.clock.nowMs();
  const cutOff = request.cutOff ?? new Date(nowMs - youngMinutes * 60_000);
  if (cutOff.getTime() > nowMs)
    throw new Failure('invalid_value', '"cutOff" is in the future. Leave it out, or give a moment that has passed.');
  const id = await once(context, trx, 'reconciliation', async () => {
    const [row] = await trx('reconciliations')
      .insert({ kind: 'asked', cut_off_at: cutOff, asked_by: request.accountId })
      .returning('id');
    await recordAudit(trx, {
      accountId: request.accountId,
      action: 'reconciliation.asked',
      subject: row.id,
      details: { cutOff: cutOff.toISOString() },
      asked: context.asked,
    });
    await enqueueJob(trx, 'reconcile');
    return row.id as string;
  });
  return trx('reconciliations').where({ id }).first();
}
