import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitReward } from './split-reward.ts';

describe('a reward that is split', () => {
  it('loses and gains no unit, whatever the weights', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1, maxLength: 100 })
      .filter((list) => list.some((weight) => weight > 0n));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), weights, (total, list) => {
        const parts = splitReward(total, list);
        const sum = list.reduce((all, weight) => all + weight, 0n);
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(total);
        for (const [index, part] of parts.entries()) {
          const floor = (total * (list[index] ?? 0n)) / sum;
          expect(part === floor || part === floor + 1n).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the units left over to the largest remainders, the earlier first', () => {
    expect(splitReward(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(splitReward(10n, [3n, 3n, 1n])).toEqual([4n, 4n, 2n]);
    expect(splitReward(1n, [1n, 99n])).toEqual([0n, 1n]);
  });

  it('is shared out in steps where cards are charged in steps', () => {
    expect(splitReward(1_000n, [1n, 1n, 1n], 10n)).toEqual([340n, 330n, 330n]);
    expect(splitReward(1_005n, [1n, 1n], 10n)).toEqual([503n, 502n]);
  });
});
