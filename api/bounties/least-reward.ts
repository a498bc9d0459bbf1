import { findCurrency } from '../ledger/currencies.ts';

/** One unit of a currency in its minor units, such as 100 for USD. */
export function oneUnit(currency: string): bigint {
  return 10n ** BigInt(findCurrency(currency)?.exponent ?? 2);
}

/** The smallest reward a bounty may have, in minor units: one unit of its currency, and a hundred minor units for each of several prizes. */
export function leastReward(bounty: {
  currency: string;
  mode: string;
  places?: number[] | undefined;
  winnersMax?: number | undefined;
}): bigint {
  const least = oneUnit(bounty.currency);
  const prizes = BigInt(countPrizes(bounty));
  return prizes > 1n && prizes * 100n > least ? prizes * 100n : least;
}

/** Into how many announced prizes a reward is cut; 1 for a single winner and for a split. */
export function countPrizes({
  mode,
  places,
  winnersMax,
}: {
  mode: string;
  places?: number[] | undefined;
  winnersMax?: number | undefined;
}): number {
  return mode === 'places' ? (places?.length ?? 3) : (winnersMax ?? 1);
}
