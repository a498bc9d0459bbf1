import { setTimeout as pause } from 'node:timers/promises';
import { handledTypes } from '../../../api/payments/event-handlers.ts';
import type { Database } from '../../../api/platform/database.ts';
import { isTransient } from '../../../worker/executions/database-errors.ts';
import type { LossyStripe } from './lossy-stripe.ts';

const withinMs = 150_000;

/**
 * While faults go on: a request whose process died keeps its key for a minute, and what comes once a minute comes while a worker may be
 * dead; no run has so many minutes. Keys older than any request takes are made a minute older, and what was done 5 s ago is due again.
 */
export function hurryMinutes(database: Database): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = async () => {
    while (!stopping.signal.aborted) {
      await hurryOnce(database).catch((error: unknown) => {
        if (!isTransient(error)) throw error;
      });
      await pause(1_000, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const working = work();
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

async function hurryOnce(database: Database): Promise<void> {
  const isOld = (column: string) =>
    `${column} between clock_timestamp() - interval '1 minute' and clock_timestamp() - interval '5 seconds'`;
  await database('idempotent_answers')
    .where({ state: 'running' })
    .whereRaw(isOld('created_at'))
    .update({ created_at: database.raw(`created_at - interval '1 minute'`) });
  await database('payment_sweep')
    .whereRaw(isOld('swept_at'))
    .update({ swept_at: database.raw(`swept_at - interval '1 minute'`) });
  await database('agenda_jobs')
    .where({ name: 'expire-requests', locked_at: null })
    .whereRaw(isOld('last_run_at'))
    .update({ next_run_at: database.fn.now() });
}

/**
 * Faults are over and Stripe answers everything: what waits for its next try is made due, leases of the dead end, the sweep comes as
 * after a minute. Waits until nothing is left to do, and nothing comes of a whole sweep; answers false when that does not happen.
 */
export async function settleDown(database: Database, stripe: LossyStripe): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  let hasSwept = false;
  while (performance.now() < endMs) {
    await stripe.standIn.control.flush();
    await hurry(database);
    if (!(await isQuiet(database, stripe))) {
      hasSwept = false;
      await pause(300);
      continue;
    }
    if (hasSwept) return true;
    hasSwept = await sweepOnce(database);
  }
  return false;
}

async function hurry(database: Database): Promise<void> {
  await database('payment_tasks')
    .where({ state: 'pending' })
    .update({ run_at: new Date(0) });
  // Longer than a task takes here, so that whoever held it is dead.
  await database('payment_tasks')
    .where({ state: 'leased' })
    .whereRaw(`lease_until between clock_timestamp() and clock_timestamp() + interval '35 seconds'`)
    .update({ lease_until: new Date(0) });
  // A card that was being charged when an answer was lost is asked about after a minute.
  await database('checkouts')
    .where({ source: 'card', state: 'creating' })
    .whereRaw(`created_at > clock_timestamp() - interval '1 minute'`)
    .update({ created_at: database.raw(`created_at - interval '1 minute'`) });
  // Nobody decides any more.
  await database('funding_requests')
    .where({ state: 'pending' })
    .update({ expires_at: new Date(0) });
  await database('agenda_jobs')
    .where({ name: 'expire-requests', locked_at: null })
    .update({ next_run_at: database.fn.now() });
}

async function isQuiet(database: Database, stripe: LossyStripe): Promise<boolean> {
  const open = await database('payment_tasks').whereIn('state', ['pending', 'leased']).first('id');
  const charging = await database('checkouts').where({ source: 'card', state: 'creating' }).first('id');
  const waiting = await database('funding_requests').where({ state: 'pending' }).first('id');
  if (charging !== undefined) await database('payment_sweep').update({ swept_at: new Date(0) });
  if (charging !== undefined || waiting !== undefined) return false;
  if (open !== undefined || stripe.objects('deliveries').length > 0) return false;
  const stored = new Set((await database('stripe_events').select('id')).map(({ id }) => id as string));
  return stripe.objects('events').every(({ id, type }) => stored.has(id) || !handledTypes.includes(type));
}

/** Asks for the sweep that comes once a minute, and waits until it has read all of Stripe's events. */
async function sweepOnce(database: Database): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { now: Date }[] }>('select clock_timestamp() as now');
  await database('payees').update({ checked_at: new Date(0) });
  await database('payment_sweep').update({ swept_at: new Date(0) });
  for (let tries = 1; tries <= 100; tries += 1) {
    await pause(200);
    const sweep = await database('payment_sweep').first('events_until');
    if (sweep.events_until > (rows[0]?.now ?? 0)) return true;
  }
  return false;
}
