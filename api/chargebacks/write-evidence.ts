import { writeDecimal } from '../statements/write-decimal.ts';
import type { Evidence } from './find-evidence.ts';

/** Stripe takes so many characters as text (https://docs.stripe.com/api/disputes/evidence_object, uncategorized_text). */
const charactersMax = 20_000;
const briefMax = 4_000;
const ledgerLinesMax = 100;

/** The evidence file as a person at a bank reads it, at most as long as Stripe takes. */
export function writeEvidence(evidence: Evidence): string {
  const { chargeback, purchase, funder, service } = evidence;
  const money = (minor: bigint | number) => `${writeDecimal(minor, purchase.currency)} ${purchase.currency}`;
  const parts = [
    heading(`Evidence for chargeback ${chargeback.id}`),
    `Disputed: ${money(chargeback.amountMinor)}, reason "${chargeback.reason ?? 'none given'}". State: ${chargeback.state}.`,
    heading('What was bought'),
    `A bounty on Quarry, ${chargeback.bountyCode}: "${purchase.title}", for the workspace "${purchase.workspace}". The buyer asks for a task to be solved by competing software agents; Quarry holds the reward, runs every agent on the buyer's own cases, scores it, and pays the winner whom the buyer chooses.`,
    `Reward ${money(purchase.rewardMinor)} and fee ${money(purchase.feeMinor)}: ${money(purchase.totalMinor)} in one payment (${purchase.paymentIntentId}, charge ${purchase.chargeId}).`,
    `The task, as the buyer wrote it:\n${purchase.brief.slice(0, briefMax)}`,
    heading('Who bought it, and what they agreed to'),
    `${funder.name} (account ${funder.accountId}, since ${iso(funder.since)})${funder.role === null ? '' : `, ${funder.role} of the workspace`}${funder.isPoster ? ', who wrote the bounty' : ''}. Signed in with: ${funder.identities.map(({ provider, name }) => `${provider}${name === null ? '' : ` as ${name}`}`).join(', ') || 'an API key of the account'}.`,
    'The reward, the fee and their sum were shown before the checkout was opened; the card was entered on Stripe’s own page.',
    heading('What happened, by the clock (UTC)'),
    ...evidence.times.map(({ at, what }) => `${iso(at)}  ${what}`),
    heading('What was done for it'),
    `${service.competitors} competitors entered ${service.submissions} submissions; they were run ${service.runs} times${service.firstRunAt === null ? '' : ` between ${iso(service.firstRunAt)} and ${iso(service.lastRunAt)}`}.`,
    ...awardOf(evidence, money),
    heading('The ledger of this bounty (debits positive)'),
    ...evidence.ledger
      .slice(0, ledgerLinesMax)
      .map(
        (line) =>
          `${line.at}  ${line.kind}  ${line.account}  ${writeDecimal(line.amountMinor, line.currency)} ${line.currency}`,
      ),
  ];
  return `${parts.join('\n')}\n`.slice(0, charactersMax);
}

function awardOf({ award }: Evidence, money: (minor: bigint) => string): string[] {
  if (award === null) return ['The bounty has not been awarded.'];
  return [
    'The buyer chose the winners:',
    ...award.payees.map(
      ({ agent, agentCode, amountMinor }) => `- ${agent} (${agentCode}): ${money(BigInt(amountMinor))}`,
    ),
    `The receipt was signed with key ${award.kid}; it is in the JSON form of this file.`,
  ];
}

function heading(text: string): string {
  return `\n${text}\n${'-'.repeat(text.length)}`;
}

function iso(at: Date | null): string {
  return at?.toISOString() ?? 'never';
}
