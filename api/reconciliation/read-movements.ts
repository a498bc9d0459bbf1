import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { describeMovement, type Movement } from './describe-movement.ts';

/** What Stripe says our balance is, pending and available, by currency in capitals. */
export type StripeBalance = Map<string, bigint>;

const overlapMs = 24 * 3_600_000;
const rowsAtOnce = 500;
const readsMax = 5;
const beatEvery = 1_000;

/**
 * Brings our copy of Stripe's balance transactions up to this moment and answers the balance that belongs to it: what moved while it was
 * read is read too. The last day is read again, because Stripe's list may be a moment behind. `beat` is called now and then while a long
 * list is read. Throws when Stripe does not answer.
 */
export async function readMovements(context: Context, beat: () => Promise<void>): Promise<StripeBalance> {
  const newest = await context.database('stripe_movements').max({ at: 'created_at' }).first();
  const since = newest?.['at'] as Date | null;
  let known = await copySince(context, since === null ? null : new Date(since.getTime() - overlapMs), beat);
  for (let reads = 0; reads < readsMax; reads += 1) {
    const balance = await readBalance(context);
    const now = await copySince(context, known.newest, beat);
    if (now.newer === 0) return balance;
    known = now;
  }
  throw new Error('Stripe’s balance moved each time it was read; it is compared at a quieter moment');
}

type Copied = { newest: Date | null; newer: number };

/** Replaces the copy from a moment on with what Stripe lists; `newer` counts what was not known. Everything when `since` is null. */
async function copySince(context: Context, since: Date | null, beat: () => Promise<void>): Promise<Copied> {
  const movements: Movement[] = [];
  const created = since === null ? {} : { created: { gte: Math.floor(since.getTime() / 1000) } };
  for await (const transaction of stripeClient(context.config).balanceTransactions.list({
    ...created,
    limit: 100,
    expand: ['data.source'],
  })) {
    movements.push(describeMovement(transaction));
    if (movements.length % beatEvery === 0) await beat();
  }
  const newer = await context.database.transaction((trx) => store(trx, movements, since));
  const newest = movements.reduce<Date | null>((at, one) => (at && at > one.createdAt ? at : one.createdAt), since);
  return { newest, newer };
}

async function store(trx: Transaction, movements: Movement[], since: Date | null): Promise<number> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', ['stripe_movements']);
  const replaced: { id: string }[] = await trx('stripe_movements')
    .where('created_at', '>=', since === null ? '-infinity' : new Date(Math.floor(since.getTime() / 1000) * 1000))
    .delete()
    .returning('id');
  for (let start = 0; start < movements.length; start += rowsAtOnce) {
    await insert(trx, movements.slice(start, start + rowsAtOnce));
  }
  const known = new Set(replaced.map(({ id }) => id));
  return movements.filter(({ id }) => !known.has(id)).length;
}

/** Where Stripe's object does not name the bounty, the payment or transfer it came from does. */
async function insert(trx: Transaction, movements: Movement[]): Promise<void> {
  const rows = movements.map((one) => ({
    ...one,
    amountMinor: String(one.amountMinor),
    feeMinor: String(one.feeMinor),
  }));
  await trx.raw(
    `insert into stripe_movements (id, type, source, family, ref, about, bounty_id, amount_minor, fee_minor, currency, created_at)
     select m.id, m.type, m.source, m.family, m.ref, m.about,
       coalesce(m."bountyId", (select c.bounty_id from checkouts c where c.payment_intent_id = m.parent),
         (select p.bounty_id from payouts p where p.transfer_id = m.parent)),
       m."amountMinor", m."feeMinor", m.currency, m."createdAt"
     from jsonb_to_recordset(?::jsonb) as m(id text, type text, source text, family text, ref text, about text, "bountyId" uuid, parent text,
       "amountMinor" bigint, "feeMinor" bigint, currency text, "createdAt" timestamptz)
     on conflict (id) do nothing`,
    [JSON.stringify(rows)],
  );
}

async function readBalance(context: Context): Promise<StripeBalance> {
  const { available, pending } = await stripeClient(context.config).balance.retrieve();
  const balance: StripeBalance = new Map();
  for (const { currency, amount } of [...available, ...pending]) {
    const code = currency.toUpperCase();
    balance.set(code, (balance.get(code) ?? 0n) + BigInt(amount));
  }
  return balance;
}
