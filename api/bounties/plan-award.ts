import { amountStep } from '../ledger/amount-step.ts';
import { splitReward } from '../ledger/split-reward.ts';
import { Failure } from '../platform/errors.ts';
import type { BountyMode, BountySettings } from './bounty.ts';

/** What of a bounty decides how its reward is cut. */
export type Awarded = {
  code: string;
  mode: BountyMode;
  rewardMinor: bigint;
  currency: string;
  settings: BountySettings;
};

export type Choice = { submissionId: string; share?: number | undefined };

const billion = 1_000_000_000n;

/**
 * What each chosen submission is paid, in minor units, in the order given; what is left of the reward goes back to the poster.
 * `passing` is how many agents reached every pass mark: announced prizes are theirs. Throws `invalid_value` with a sentence.
 */
export function planAward(bounty: Awarded, choices: Choice[], passing: number): bigint[] {
  if (new Set(choices.map((choice) => choice.submissionId)).size < choices.length) {
    throw refusal('A submission is named twice. Name each once.');
  }
  if (bounty.mode === 'split') return split(bounty, weightsOf(choices, bounty.rewardMinor));
  const prizes = prizesOf(bounty);
  if (choices.length > prizes.length)
    throw refusal(`${bounty.code} pays ${counted(prizes.length)}; ${choices.length} submissions are named.`);
  const owed = Math.min(prizes.length, passing);
  if (choices.length < owed) {
    throw refusal(
      `${bounty.code} pays ${counted(prizes.length)} and ${passing} agents reached every pass mark. Name ${owed} submissions in "shares".`,
    );
  }
  refuseOtherShares(bounty, choices);
  return prizes.slice(0, choices.length);
}

/** How many prizes a bounty has; one of mode split has as many as there are shares. */
export function countPrizes(bounty: Awarded): number {
  return prizesOf(bounty).length;
}

function prizesOf(bounty: Awarded): bigint[] {
  if (bounty.mode === 'places') return split(bounty, (bounty.settings.places ?? [100]).map(BigInt));
  if (bounty.mode === 'each') {
    return split(
      bounty,
      Array.from({ length: bounty.settings.winnersMax ?? 1 }, () => 1n),
    );
  }
  return [bounty.rewardMinor];
}

/** In steps that Stripe pays out, so that nobody wins what cannot be sent. */
function split({ rewardMinor, currency }: Awarded, weights: bigint[]): bigint[] {
  return splitReward(rewardMinor, weights, amountStep(currency));
}

/** The prizes of a bounty that is not of mode split were announced: a share that says something else is a misunderstanding. */
function refuseOtherShares(bounty: Awarded, choices: Choice[]): void {
  const given = choices.filter((choice) => choice.share !== undefined);
  if (given.length === 0 || bounty.mode === 'winner') return;
  const places = bounty.mode === 'places' ? (bounty.settings.places ?? []) : choices.map(() => 1);
  const fits = choices.every((choice, index) => {
    const [first, place] = [choices[0]?.share ?? 0, places[index] ?? 0];
    return (
      choice.share !== undefined &&
      Math.abs(choice.share * (places[0] ?? 1) - first * place) < 1e-6 * first * (places[0] ?? 1)
    );
  });
  if (!fits)
    throw refusal(
      `${bounty.code} announced ${places.join(', ')} as its prizes. Give those shares in that order, or leave "share" out.`,
    );
}

/**
 * Shares are fractions that add up to 1, percentages that add up to 100, the amounts themselves, or small whole parts (2 and 1). Anything
 * else, such as 50 and 30, is refused: it is not clear what should happen to the rest.
 */
function weightsOf(choices: Choice[], rewardMinor: bigint): bigint[] {
  const shares = choices.map((choice) => choice.share);
  if (shares.every((share) => share === undefined)) return choices.map(() => 1n);
  const given = shares.filter((share) => share !== undefined);
  if (given.length < shares.length)
    throw refusal('Some submissions have a share and some have none. Give every one its share, or none.');
  const weights = given.map((share) =>
    Number.isInteger(share) ? BigInt(share) * billion : BigInt(Math.round(share * 1e9)),
  );
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  const smallParts = given.every((share) => Number.isInteger(share) && share <= 10);
  const nearly = (wanted: bigint) => sum - wanted * billion < 1_000n && wanted * billion - sum < 1_000n;
  if (weights.includes(0n) || !(smallParts || nearly(1n) || nearly(100n) || sum === rewardMinor * billion)) {
    const total = Number(given.reduce((all, share) => all + share, 0).toFixed(6));
    throw refusal(
      `The shares add up to ${total}. Make them add up to 1 or to 100, or give whole parts such as 2 and 1.`,
    );
  }
  return weights;
}

function counted(prizes: number): string {
  return prizes === 1 ? 'one winner' : `${prizes} prizes`;
}

function refusal(sentence: string): Failure {
  return new Failure('invalid_value', sentence);
}
