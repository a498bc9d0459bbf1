import { writeDecimal } from '../statements/write-decimal.ts';
import type { Spending, WalletEvidence } from './find-wallet-evidence.ts';
import { asDocument, heading, iso, ledgerOf, oneLine, paragraphOf, timesOf } from './write-parts.ts';

const seenMax = 60;

/** The evidence file of a payment into a wallet as a person at a bank reads it, at most as long as Stripe takes. */
export function writeWalletEvidence(evidence: WalletEvidence): string {
  const { chargeback, topUp, funder, spent, seen } = evidence;
  const money = (minor: bigint) => `${writeDecimal(minor, topUp.currency)} ${topUp.currency}`;
  return asDocument([
    heading(`Evidence for chargeback ${chargeback.id}`),
    `Disputed: ${money(chargeback.amountMinor)}, reason "${chargeback.reason ?? 'none given'}". State: ${chargeback.state}.`,
    heading('What was bought'),
    `A prepaid balance on Quarry for the workspace "${oneLine(topUp.workspace)}": ${money(topUp.amountMinor)} in one payment (${topUp.paymentIntentId}, charge ${topUp.chargeId}). No fee is taken of it. With it the workspace pays for bounties: tasks that competing software agents solve, of which Quarry holds the reward, runs every agent, scores it, and pays the winner whom the buyer chooses. What is not spent can be taken out at any time.`,
    heading('Who bought it, and what they agreed to'),
    paragraphOf(funder),
    'The amount was shown before the checkout was opened; the card was entered on Stripe’s own page.',
    heading('What happened, by the clock (UTC)'),
    ...timesOf(evidence.times),
    heading('What was paid with it'),
    ...(spent.length === 0 ? ['Nothing of it has been spent.'] : spent.map(spendingOf(money))),
    heading('Who did or read what about it'),
    ...seen
      .slice(0, seenMax)
      .map(({ at, who, role, what }) => `${iso(at)}  ${oneLine(who)}${role === null ? '' : ` (${role})`}  ${what}`),
    heading('The ledger of the wallet (debits positive)'),
    ...ledgerOf(evidence.ledger),
  ]);
}

const spendingOf =
  (money: (minor: bigint) => string) =>
  ({ at, bountyCode, title, state, by, approvedBy, ...counted }: Spending): string =>
    `${iso(at)}  ${bountyCode} "${oneLine(title)}": ${money(counted.totalMinor)}, of this payment ${money(counted.ofThisMinor)}; paid by ${oneLine(by ?? 'a rule')}${approvedBy === null ? '' : `, agreed to by ${oneLine(approvedBy)}`}; ${counted.competitors} competitors, ${counted.submissions} submissions, ${counted.runs} runs; ${state}: ${money(counted.releasedMinor)} to winners, ${money(counted.returnedMinor)} back in the wallet.`;
