import { afterEach, expect, it, vi } from 'vitest';
import { Latest } from './latest.ts';
import { toldAtOnceMax, toldPerSecondMax } from './limits.ts';

afterEach(() => vi.useRealTimers());

/** How many are told of values that come every millisecond for a second, each of that weight. */
function toldInASecond(weight: number): number {
  vi.useFakeTimers({ toFake: ['performance'] });
  const told: number[] = [];
  const latest = new Latest<number>(
    (value) => told.push(value),
    () => weight,
  );
  for (let ms = 0; ms < 1_000; ms += 1) {
    latest.offer(ms);
    vi.advanceTimersByTime(1);
  }
  latest.flush();
  expect(told.at(-1)).toBe(999);
  return told.length;
}

it('values are told at once as long as they are few, then so often a second, the last always', () => {
  const told = toldInASecond(1);
  expect(told).toBeGreaterThan(toldPerSecondMax);
  expect(told).toBeLessThanOrEqual(toldAtOnceMax + toldPerSecondMax + 1);
});

it('a large value counts for many', () => {
  expect(toldInASecond(65)).toBeLessThanOrEqual((toldAtOnceMax + toldPerSecondMax) / 65 + 2);
});
