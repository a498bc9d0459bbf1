import { findViolations } from '../ledger/find-balances.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { alarmAdmins } from '../payments/alarm-admins.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';

export type SettlementStop = { reason: string; stoppedAt: Date };

/** Whether all settlement is stopped, and why; null when money may move. */
export async function findStop(database: Database): Promise<SettlementStop | null> {
  const row = await database('ledger.settlement_stop').first('reason', 'stopped_at');
  return row === undefined ? null : { reason: row.reason, stoppedAt: row.stopped_at };
}

/**
 * Throws `illegal_state` while all settlement is stopped. Whoever releases or refunds asks first; one that has passed here and commits
 * after the stop was set is not taken back. The database refuses whoever forgets (LG008 of migrations/0009-reconciliation.ts).
 */
export async function refuseStopped(database: Database): Promise<void> {
  if ((await findStop(database)) === null) return;
  throw new Failure(
    'illegal_state',
    'No reward is paid or sent back at the moment: our books are being checked. What is held stays held, and nothing was changed. Try again later.',
  );
}

/**
 * Stops all settlement when the ledger contradicts itself, and tells the admins once. Answers how many contradictions there are. It does
 * not go on by itself: see liftStop.
 */
export async function watchLedger(context: Context): Promise<number> {
  const violations = await findViolations(context.database);
  if (violations.length === 0) return 0;
  const [first] = violations;
  const reason = `The ledger has ${violations.length} contradictions, the first: ${first?.what} (${first?.ref}).`;
  await context.database.transaction(async (trx) => {
    const stopped = await trx('ledger.settlement_stop').insert({ reason }).onConflict().ignore().returning('reason');
    if (stopped.length === 0) return;
    await recordAudit(trx, {
      accountId: null,
      action: 'settlement.stopped',
      subject: null,
      details: { why: reason, violations: violations.length },
    });
    context.logger.error(
      { violations: violations.slice(0, 20) },
      'the ledger contradicts itself; settlement is stopped',
    );
    await alarmAdmins(trx, {
      topic: 'settlement_stop',
      subject: 'ledger',
      problem: `${reason} Nothing is released, refunded or paid out. Correct it by a new transfer, then lift the stop with POST /api/admin/settlement-stop/lift.`,
    });
  });
  return violations.length;
}

/**
 * Lets money move again, once the ledger does not contradict itself any more; who and why goes to the audit log. Throws `illegal_state`
 * while it does, or when nothing is stopped.
 */
export async function liftStop(context: Context, lift: { accountId: string; reason: string }): Promise<void> {
  await context.database.transaction((trx) => once(context, trx, 'settlement.lift', () => liftIn(context, trx, lift)));
}

async function liftIn(context: Context, trx: Transaction, lift: { accountId: string; reason: string }): Promise<void> {
  const stop = await trx('ledger.settlement_stop').forUpdate().first('reason', 'stopped_at');
  if (stop === undefined) throw new Failure('illegal_state', 'Settlement is not stopped. There is nothing to lift.');
  const [first, ...others] = await findViolations(trx);
  if (first !== undefined) {
    throw new Failure(
      'illegal_state',
      `The ledger still contradicts itself: ${first.what} (${first.ref})${others.length > 0 ? ` and ${others.length} more` : ''}. Correct it by a new transfer first.`,
    );
  }
  await trx('ledger.settlement_stop').delete();
  await recordAudit(trx, {
    accountId: lift.accountId,
    action: 'settlement.lifted',
    subject: null,
    details: { reason: lift.reason, stoppedFor: stop.reason, stoppedAt: stop.stopped_at },
    asked: context.asked,
  });
  context.logger.warn({ accountId: lift.accountId }, 'settlement goes on');
}
