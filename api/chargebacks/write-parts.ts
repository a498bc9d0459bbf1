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

/** What somebody called something, in one line of ours. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** What somebody wrote, each line marked as theirs, so that none passes for one of ours. */
export function quoted(text: string): string {
  return text
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** Who paid; `more` goes on about them. */
export function paragraphOf(payer: Payer, more = ''): string {
  const identities = payer.identities.map(
    ({ provider, name }) => `${provider}${name === null ? '' : ` as ${oneLine(name)}`}`,
  );
  const role = payer.role === null ? '' : `, ${payer.role} of the workspace`;
  return `${oneLine(payer.name)} (account ${payer.accountId}, since ${iso(payer.since)})${role}${more}. Signed in with: ${identities.join(', ') || 'an API key of the account'}.`;
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
