import { alarmAdmins } from '../payments/alarm-admins.ts';
import type { Context } from '../platform/context.ts';
import { reconcile, type Comparison } from './reconcile.ts';

type Due = { id: string; kind: 'nightly' | 'asked'; cut_off_at: Date; attempt: number; lease_token: string };

/** What happened before midnight has an hour to be told and booked. */
const hourOfNight = 1;
const leaseMinutes = 10;
const againMinutes = 10;
/** About an hour of failing. */
const attemptsBeforeAlarm = 6;
const differencesKept = 1_000;

/**
 * Makes the night's reconciliation, once for each day (UTC), and every one that an admin has asked for. Any worker may call it as often as
 * it likes: its own table is the truth, a lease lets one do each, and one that failed comes again. Answers how many were made.
 */
export async function runReconciliations(context: Context): Promise<number> {
  if (context.config.stripe.secretKey === undefined) return 0;
  await askForTheNight(context);
  let made = 0;
  for (let due = await claim(context); due !== undefined; due = await claim(context)) {
    if (await run(context, due)) made += 1;
  }
  return made;
}

async function askForTheNight(context: Context): Promise<void> {
  const night = new Date(context.clock.nowMs() - hourOfNight * 3_600_000);
  const cutOff = new Date(Date.UTC(night.getUTCFullYear(), night.getUTCMonth(), night.getUTCDate()));
  await context
    .database('reconciliations')
    .insert({ kind: 'nightly', cut_off_at: cutOff })
    .onConflict(context.database.raw(`(cut_off_at) where kind = 'nightly'`))
    .ignore();
}

async function claim(context: Context): Promise<Due | undefined> {
  const { rows } = await context.database.raw<{ rows: Due[] }>(
    `update reconciliations set state = 'running', attempt = attempt + 1, lease_token = gen_random_uuid(),
       due_at = clock_timestamp() + ? * interval '1 minute'
     where id = (select id from reconciliations where state <> 'done' and due_at <= clock_timestamp() order by due_at
       for update skip locked limit 1)
     returning id, kind, cut_off_at, attempt, lease_token`,
    [leaseMinutes],
  );
  return rows[0];
}

async function run(context: Context, due: Due): Promise<boolean> {
  try {
    const since = await findSince(context, due);
    const beat = () => keepLease(context, due);
    await finish(context, due, await reconcile(context, { cutOff: due.cut_off_at, since }, beat));
    return true;
  } catch (error) {
    context.logger.error({ err: error, reconciliation: due.id }, 'a reconciliation could not be made; it comes again');
    await postpone(context, due, error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** The first one reads all of Stripe's list, which may take longer than a lease. Throws when another worker has it now. */
async function keepLease(context: Context, due: Due): Promise<void> {
  const kept = await context
    .database('reconciliations')
    .where({ id: due.id, lease_token: due.lease_token, state: 'running' })
    .update({ due_at: context.database.raw(`clock_timestamp() + ? * interval '1 minute'`, [leaseMinutes]) });
  if (kept !== 1) throw new Error('The lease of the reconciliation was lost');
}

/** What was booked late is told by the first report after it. */
async function findSince(context: Context, due: Due): Promise<Date | null> {
  const last = await context
    .database('reconciliations')
    .where({ state: 'done', kind: due.kind })
    .where('cut_off_at', '<', due.cut_off_at)
    .max({ at: 'cut_off_at' })
    .first();
  return (last?.['at'] as Date | null | undefined) ?? null;
}

async function finish(context: Context, due: Due, found: Comparison): Promise<void> {
  const { movements, transfers, balances, differences } = found;
  await context.database.transaction(async (trx) => {
    const finished = await trx('reconciliations')
      .where({ id: due.id, lease_token: due.lease_token, state: 'running' })
      .update({
        state: 'done',
        problem: null,
        movements: String(movements),
        transfers: String(transfers),
        balances: JSON.stringify(balances),
        differences: JSON.stringify(differences.slice(0, differencesKept)),
        difference_count: differences.length,
        finished_at: trx.raw('clock_timestamp()'),
      });
    if (finished !== 1 || differences.length === 0) return;
    const counts = Object.entries(Object.groupBy(differences, ({ cause }) => cause))
      .map(([cause, of]) => `${of.length} ${cause.replaceAll('_', ' ')}`)
      .join(', ');
    context.logger.error({ reconciliation: due.id, counts }, 'the ledger and Stripe differ');
    await alarmAdmins(trx, {
      topic: 'reconciliation',
      subject: due.id,
      problem: `The ledger and Stripe differ: ${counts}. Read GET /api/admin/reconciliations/${due.id}.`,
    });
  });
}

async function postpone(context: Context, due: Due, problem: string): Promise<void> {
  await context.database.transaction(async (trx) => {
    const put = await trx('reconciliations')
      .where({ id: due.id, lease_token: due.lease_token, state: 'running' })
      .update({
        state: 'due',
        problem: problem.slice(0, 1000),
        due_at: trx.raw(`clock_timestamp() + ? * interval '1 minute'`, [againMinutes]),
      });
    if (put !== 1 || due.attempt !== attemptsBeforeAlarm) return;
    await alarmAdmins(trx, {
      topic: 'reconciliation',
      subject: due.id,
      problem: `It could not be made for an hour (${problem}). It is tried again every ten minutes; look at Stripe and the worker's log.`,
    });
  });
}
