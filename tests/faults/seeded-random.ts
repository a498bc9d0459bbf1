/** A source of chance that gives the same row of numbers for the same seed (mulberry32). */
export type Random = {
  /** From 0 up to but not 1. */
  next(): number;
  /** A whole number from `least` to `most`, both possible. */
  between(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  /** Picks by share: an entry of 2 comes twice as often as one of 1. */
  pickByShare<T extends { share: number }>(from: readonly T[]): T;
};

/** Opens the row of numbers that `seed` names. */
export function openRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick: (from) => at(from, Math.floor(next() * from.length)),
    pickByShare(from) {
      let left = next() * from.reduce((sum, { share }) => sum + share, 0);
      return from.find(({ share }) => (left -= share) < 0) ?? at(from, from.length - 1);
    },
  };
}

function at<T>(from: readonly T[], n: number): T {
  const found = from[n];
  if (found === undefined) throw new Error('There is nothing to pick from');
  return found;
}
