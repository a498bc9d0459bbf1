import { findViolations } from '../ledger/find-balances.ts';
import type { Context } from '../platform/context.ts';
import { countCompared, findCash, findMismatches, findTwins, type Mismatch } from './find-mismatches.ts';
import { nameBalances, nameMismatch, nameViolation, type Difference } from './name-differences.ts';
import { readMovements } from './read-movements.ts';

/** A currency at the cut-off: what Stripe says it has, and our `cash`. */
export type Balance = { currency: string; stripeMinor: number; ledgerMinor: number };

export type Comparison = { movements: bigint; transfers: bigint; balances: Balance[]; differences: Difference[] };

/**
 * Compares everything before the cut-off: every movement of our balance at Stripe with exactly one transfer of the ledger and back, by
 * amount, currency and bounty; Stripe's balance with `cash`, by currency; and the ledger with itself. Changes nothing but our copy of
 * Stripe's list. `beat` keeps the caller's lease while that is read. Throws when Stripe does not answer.
 */
export async function reconcile(
  context: Context,
  window: { cutOff: Date; since: Date | null },
  beat: () => Promise<void> = () => Promise.resolve(),
): Promise<Comparison> {
  const { database } = context;
  const balance = await readMovements(context, beat);
  const atCutOff = await takeOff(context, balance, window.cutOff);
  const cash = await findCash(database, window.cutOff);
  const differences: Difference[] = [];
  for (const mismatch of withoutFees(await findMismatches(database, window))) {
    differences.push(nameMismatch(mismatch, await twinsOf(context, mismatch)));
  }
  differences.push(...nameBalances(atCutOff, cash), ...(await findViolations(database)).map(nameViolation));
  const currencies = new Set([...atCutOff.keys(), ...cash.map(({ currency }) => currency)]);
  const balances = [...currencies].sort().map((currency) => ({
    currency,
    stripeMinor: Number(atCutOff.get(currency) ?? 0n),
    ledgerMinor: Number(cash.find((one) => one.currency === currency)?.ledgerMinor ?? 0n),
  }));
  return { ...(await countCompared(database, window.cutOff)), balances, differences };
}

/** Stripe's balance as it was: what it is now, without what moved since. */
async function takeOff(context: Context, balance: Map<string, bigint>, cutOff: Date): Promise<Map<string, bigint>> {
  const { rows } = await context.database.raw<{ rows: { currency: string; minor: bigint }[] }>(
    `select currency, sum(amount_minor - fee_minor)::bigint as minor from stripe_movements where created_at >= ? group by currency`,
    [cutOff],
  );
  const then = new Map(balance);
  for (const { currency, minor } of rows) then.set(currency, (then.get(currency) ?? 0n) - minor);
  return then;
}

/** A payment that the ledger does not know of, or booked late, is one difference and not two with its fee. */
function withoutFees(mismatches: Mismatch[]): Mismatch[] {
  const named = new Set(
    mismatches.filter(({ family }) => family !== 'fee').flatMap(({ stripe }) => stripe.map(({ id }) => id)),
  );
  const total = (lines: { minor: number }[]) => lines.reduce((sum, { minor }) => sum + minor, 0);
  return mismatches.filter(({ family, ledger, stripe }) => {
    const figuresDiffer = ledger.length > 0 && (ledger.length !== stripe.length || total(ledger) !== total(stripe));
    return family !== 'fee' || figuresDiffer || !stripe.every(({ id }) => named.has(id)) || stripe.length === 0;
  });
}

async function twinsOf(context: Context, { family, stripe, ledger }: Mismatch): Promise<string[]> {
  const [line] = stripe;
  if (ledger.length > 0 || line === undefined || line.about === null) return [];
  return findTwins(context.database, family, line.about, line.id);
}
