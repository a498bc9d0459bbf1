import type { CashAtCutOff, LedgerLine, Mismatch, StripeLine } from './find-mismatches.ts';

/** What a difference comes from. A duplicate is named by the side that has too many. */
export type Cause =
  | 'missing_here'
  | 'missing_there'
  | 'other_amount'
  | 'other_currency'
  | 'other_bounty'
  | 'doubled_here'
  | 'doubled_there'
  | 'late'
  | 'balance'
  | 'violation';

/** One thing that is not as it must be: what, where to look, and what to do, for an admin. Amounts in minor units, signed as for our cash. */
export type Difference = {
  cause: Cause;
  what: string;
  bountyId: string | null;
  currency: string | null;
  stripeMinor: number | null;
  ledgerMinor: number | null;
  stripeIds: string[];
  ledgerIds: string[];
  sentence: string;
};

/** Names what is wrong with one group. `twins` are Stripe's other movements for the same row of ours. */
export function nameMismatch(mismatch: Mismatch, twins: string[]): Difference {
  const { family, ref, stripe, ledger } = mismatch;
  const cause: NamedCause = causeOf(mismatch, twins);
  const bountyId = ledger[0]?.bountyId ?? stripe[0]?.bountyId ?? null;
  return {
    cause,
    what: family === 'unknown' ? (stripe[0]?.type ?? family) : family,
    bountyId,
    currency: stripe[0]?.currency ?? ledger[0]?.currency ?? null,
    stripeMinor: stripe.length > 0 ? sum(stripe) : null,
    ledgerMinor: ledger.length > 0 ? sum(ledger) : null,
    stripeIds: [...new Set([...stripe.map(({ id }) => id), ...twins, ...(ref.startsWith('txn_') ? [] : [ref])])],
    ledgerIds: ledger.map(({ id }) => id),
    sentence: sentences[cause](mismatch, twins),
  };
}

/** What Stripe's own balance says beyond its list of movements; empty when they agree in every currency. */
export function nameBalances(atStripe: Map<string, bigint>, cash: CashAtCutOff[]): Difference[] {
  const currencies = new Set([...atStripe.keys(), ...cash.map(({ currency }) => currency)]);
  return [...currencies].sort().flatMap((currency) => {
    const listed = cash.find((one) => one.currency === currency);
    const stated = atStripe.get(currency) ?? 0n;
    if (stated === (listed?.stripeMinor ?? 0n)) return [];
    const over = stated - (listed?.stripeMinor ?? 0n);
    return {
      cause: 'balance',
      what: 'balance',
      bountyId: null,
      currency,
      stripeMinor: Number(stated),
      ledgerMinor: Number(listed?.ledgerMinor ?? 0n),
      stripeIds: [],
      ledgerIds: [],
      sentence: `Stripe says it has ${stated} ${currency}, which is ${over} more than its own list of movements adds up to. Reconcile again in an hour; if it stays, ask Stripe.`,
    };
  });
}

export function nameViolation({ what, ref }: { what: string; ref: string }): Difference {
  return {
    cause: 'violation',
    what,
    bountyId: null,
    currency: null,
    stripeMinor: null,
    ledgerMinor: null,
    stripeIds: [],
    ledgerIds: [ref],
    sentence: `The ledger contradicts itself: ${what} (${ref}). All settlement is stopped. Correct it by a new transfer, then lift the stop with POST /api/admin/settlement-stop/lift.`,
  };
}

type NamedCause = Exclude<Cause, 'balance' | 'violation'>;

function causeOf({ stripe, ledger }: Mismatch, twins: string[]): NamedCause {
  const [theirs, ours] = [stripe[0], ledger[0]];
  if (ours === undefined) return twins.length > 0 ? 'doubled_there' : 'missing_here';
  if (theirs === undefined) return 'missing_there';
  if (stripe.some(({ currency }) => currency !== ours.currency) || ledger.some((l) => l.currency !== theirs.currency))
    return 'other_currency';
  if (sum(stripe) !== sum(ledger) || stripe.length !== ledger.length) {
    if (ledger.length > stripe.length) return 'doubled_here';
    return stripe.length > ledger.length ? 'doubled_there' : 'other_amount';
  }
  return ours.bountyId !== null && theirs.bountyId !== null && ours.bountyId !== theirs.bountyId
    ? 'other_bounty'
    : 'late';
}

type Sentence = (mismatch: Mismatch, twins: string[]) => string;

const sentences: Record<NamedCause, Sentence> = {
  missing_here: ({ stripe, family, ref }) =>
    family === 'unknown'
      ? `Stripe moved ${money(stripe)} (${stripe[0]?.type}) and the ledger has no transfer for such a movement. Look it up at Stripe and post what it was.`
      : `Stripe moved ${money(stripe)} (${name(family)} ${ref}) and the ledger does not know of it. Replay the event of ${ref}, or post it if it was made by hand at Stripe.`,
  missing_there: ({ ledger, family, ref }) =>
    `The ledger booked ${money(ledger)} (${name(family)} ${ref}) and Stripe has no such movement. Look it up at Stripe; if it never happened, take it back with a new transfer.`,
  other_amount: ({ stripe, ledger, family, ref }) =>
    `The ${name(family)} ${ref} is ${money(stripe)} at Stripe and ${money(ledger)} in the ledger. Post the rest, or take it back, with a new transfer.`,
  other_currency: ({ stripe, ledger, family, ref }) =>
    `The ${name(family)} ${ref} is ${money(stripe)} at Stripe and ${money(ledger)} in the ledger: another currency. Take the transfer back and post it in Stripe's currency.`,
  other_bounty: ({ stripe, ledger, family, ref }) =>
    `The ${name(family)} ${ref} is of bounty ${stripe[0]?.bountyId} at Stripe and of bounty ${ledger[0]?.bountyId} in the ledger. Take the transfer back and post it for the right one.`,
  doubled_here: ({ stripe, ledger, family, ref }) =>
    `The ${name(family)} ${ref} happened ${times(stripe.length)} at Stripe and is booked ${times(ledger.length)}. Take back what is too many with a new transfer.`,
  doubled_there: ({ stripe, ledger, family, ref }, twins) =>
    `Stripe made the ${name(family)} ${ref} ${times(stripe.length + twins.length)}, and the ledger knows ${times(Math.max(ledger.length, 1))}. Take back what is too many at Stripe.`,
  late: ({ stripe, ledger, family, ref }) =>
    `The ${name(family)} ${ref} happened at ${iso(stripe.at(-1))} and was booked at ${iso(ledger.at(-1))}, more than a day later. Nothing is wrong with the figures; find out why it waited.`,
};

const names: Record<string, string> = {
  refund_failed: 'failed refund',
  payout_reversed: 'reversal of the payout',
  fee: 'fee of Stripe on',
};

function name(family: string): string {
  return names[family] ?? family.replaceAll('_', ' ');
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

function money(lines: (StripeLine | LedgerLine)[]): string {
  const totals = new Map<string, number>();
  for (const { currency, minor } of lines) totals.set(currency, (totals.get(currency) ?? 0) + minor);
  return [...totals].map(([currency, minor]) => `${minor} ${currency}`).join(' and ');
}

function sum(lines: { minor: number }[]): number {
  return lines.reduce((total, { minor }) => total + minor, 0);
}

function iso(line: { at: string } | undefined): string {
  return line === undefined ? 'no time' : new Date(line.at).toISOString();
}
