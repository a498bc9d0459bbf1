import type { LedgerLine } from '../ledger/find-bounty-lines.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import type { Payer } from './find-payer.ts';

/** Stripe takes so many characters as text (https://docs.stripe.com/api/disputes/evidence_object, uncategorized_text). */
const charactersMax = 20_000;
const ledgerLinesMax = 100;

/** The lines of an evidence file as one text, at most as long as Stripe takes. */
export function asDocument(lines: string[]): string {
  return `${lines.join('\n')}\n`.slice(0, charactersMax);
}

export function heading(text: string): string {
  return `\n${text}\n${'-'.repeat(text.length)}`;
}

/** Who paid; `more` goes on about them. */
export function paragraphOf(payer: Payer, more = ''): string {
  const identities = payer.identities.map(({ provider, name }) => `${provider}${name === null ? '' : ` as ${name}`}`);
  const role = payer.role === null ? '' : `, ${payer.role} of the workspace`;
  return `${payer.name} (account ${payer.accountId}, since ${iso(payer.since)})${role}${more}. Signed in with: ${identities.join(', ') || 'an API key of the account'}.`;
}

export function timesOf(times: { at: Date; what: string }[]): string[] {
  return times.map(({ at, what }) => `${iso(at)}  ${what}`);
}

/** The first lines of the ledger; the JSON form has all. */
export function ledgerOf(ledger: LedgerLine[]): string[] {
  return ledger
    .slice(0, ledgerLinesMax)
    .map(
      (line) =>
        `${line.at}  ${line.kind}  ${line.account}  ${writeDecimal(line.amountMinor, line.currency)} ${line.currency}`,
    );
}

export function iso(at: Date | null): string {
  return at?.toISOString() ?? 'never';
}
