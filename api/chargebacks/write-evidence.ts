import { writeDecimal } from '../statements/write-decimal.ts';
import type { Evidence } from './find-evidence.ts';
import { asDocument, heading, iso, ledgerOf, paragraphOf, timesOf } from './write-parts.ts';

const briefMax = 4_000;

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
