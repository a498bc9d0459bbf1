import { setTimeout as pause } from 'node:timers/promises';
import { handledTypes } from '../../../api/payments/event-handlers.ts';
import type { Database } from '../../../api/platform/database.ts';
import { isTransient } from '../../../worker/executions/database-errors.ts';
import type { LossyStripe } from './lossy-stripe.ts';

const withinMs = 150_000;

/**
 * While faults go on: a request whose process died keeps its key for a minute, which no run has. Keys older than any request takes are
 * made a minute older.
 */
export function hurryKeys(database: Database): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = async () => {
    while (!stopping.signal.aborted) {
      await database
        .raw(
          `update idempotent_answers set created_at = created_at - interval '1 minute'
            where state = 'running' and created_at between clock_timestamp() - interval '1 minute' and clock_timestamp() - interval '5 seconds'`,
        )
        .catch((error: unknown) => {
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
}

async function isQuiet(database: Database, stripe: LossyStripe): Promise<boolean> {
  const open = await database('payment_tasks').whereIn('state', ['pending', 'leased']).first('id');
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
