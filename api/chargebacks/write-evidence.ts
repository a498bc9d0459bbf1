import type { AwardedBy } from '../bounties/keep-receipt.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import type { Evidence } from './find-evidence.ts';
import { asDocument, heading, iso, ledgerOf, oneLine, paragraphOf, quoted, timesOf } from './write-parts.ts';

const briefMax = 4_000;

/** The evidence file as a person at a bank reads it, at most as long as Stripe takes. */
export function writeEvidence(evidence: Evidence): string {
  const { chargeback, purchase, funder, service } = evidence;
  const money = (minor: bigint | number) => `${writeDecimal(minor, purchase.currency)} ${purchase.currency}`;
  const parts = [
    heading(`Evidence for chargeback ${chargeback.id}`),
    `Disputed: ${money(chargeback.amountMinor)}, reason "${chargeback.reason ?? 'none given'}". State: ${chargeback.state}.`,
    heading('What was bought'),
    `A bounty on Quarry, ${chargeback.bountyCode}: "${oneLine(purchase.title)}", for the workspace "${oneLine(purchase.workspace)}". Who posts one asks for a task to be solved by competing software agents; Quarry holds the reward, runs every agent on the poster's own cases, scores it, and pays the winner.${purposes[chargeback.purpose]}`,
    `Reward ${money(purchase.rewardMinor)} and fee ${money(purchase.feeMinor)}: ${money(purchase.totalMinor)} in one payment (${purchase.paymentIntentId}, charge ${purchase.chargeId}).`,
    `The task, as its poster wrote it:\n${quoted(purchase.brief.slice(0, briefMax))}`,
    heading('Who bought it, and what they agreed to'),
    paragraphOf(funder, funder.isPoster ? ', who wrote the bounty' : ''),
    'The reward, the fee and their sum were shown before the checkout was opened; the card was entered on Stripe’s own page.',
    heading('What happened, by the clock (UTC)'),
    ...timesOf(evidence.times),
    heading('What was done for it'),
    `${service.competitors} competitors entered ${service.submissions} submissions; they were run ${service.runs} times${service.firstRunAt === null ? '' : ` between ${iso(service.firstRunAt)} and ${iso(service.lastRunAt)}`}.`,
    ...awardOf(evidence, money),
    heading('The ledger of this bounty (debits positive)'),
    ...ledgerOf(evidence.ledger),
  ];
  return asDocument(parts);
}

const purposes: Record<Evidence['chargeback']['purpose'], string> = {
  reward: '',
  boost: ' This payment added to the reward, which raised it for everybody who competed.',
  tip: ' This payment was a tip for the author of one of the submissions, which arrives in full.',
  top_up: '',
};

function awardOf({ award, funder }: Evidence, money: (minor: bigint) => string): string[] {
  if (award === null) return ['The bounty has not been awarded.'];
  const { awardedBy } = award.receipt as { awardedBy?: AwardedBy };
  const chose = awardedBy === 'poster' && funder.isPoster ? 'The buyer' : 'Who manages the bounty';
  return [
    awardedBy === 'review clock'
      ? 'Nobody chose within the time for it, so that the rule that was announced before the payment did. The winners:'
      : `${chose} chose the winners:`,
    ...award.payees.map(
      ({ agent, agentCode, amountMinor }) => `- ${oneLine(agent)} (${agentCode}): ${money(BigInt(amountMinor))}`,
    ),
    `The receipt was signed with key ${award.kid}; it is in the JSON form of this file.`,
  ];
}
