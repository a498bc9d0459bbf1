import { describe, expect, it } from 'vitest';
import { Failure } from '../platform/errors.ts';
import { planAward } from './plan-award.ts';

describe('a planned award', () => {
  const bounty = (mode: 'winner' | 'places' | 'split' | 'each', settings = {}, rewardMinor = 100_000n) => ({
    code: 'B-7K3',
    mode,
    rewardMinor,
    currency: 'USD',
    settings,
  });
  const choices = (...shares: (number | undefined)[]) =>
    shares.map((share, index) => ({ submissionId: `s${index}`, share }));
  const refused = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (error instanceof Failure) return error.message;
      throw error;
    }
    return 'accepted';
  };

  it('gives one winner all', () => {
    expect(planAward(bounty('winner'), choices(undefined), 5)).toEqual([100_000n]);
    expect(refused(() => planAward(bounty('winner'), choices(1, 1), 0))).toBe(
      'B-7K3 pays one winner; 2 submissions are named.',
    );
  });

  it('reads shares as fractions of 1, as percent, as amounts or as small whole parts', () => {
    const split = bounty('split', {}, 10_001n);
    expect(planAward(split, choices(0.5, 0.5), 0)).toEqual([5_001n, 5_000n]);
    expect(planAward(split, choices(0.333333333, 0.333333333, 0.333333333), 0)).toEqual([3_334n, 3_334n, 3_333n]);
    expect(planAward(split, choices(70, 30), 0)).toEqual([7_001n, 3_000n]);
    expect(planAward(split, choices(2, 1), 0)).toEqual([6_667n, 3_334n]);
    expect(planAward(split, choices(10_000, 1), 0)).toEqual([10_000n, 1n]);
    expect(planAward(split, choices(undefined, undefined), 0)).toEqual([5_001n, 5_000n]);
  });

  it('refuses shares that leave open what happens to the rest', () => {
    const split = bounty('split');
    expect(refused(() => planAward(split, choices(50, 30), 0))).toBe(
      'The shares add up to 80. Make them add up to 1 or to 100, or give whole parts such as 2 and 1.',
    );
    expect(refused(() => planAward(split, choices(0.5, 0.3), 0))).toContain('add up to 0.8');
    expect(refused(() => planAward(split, choices(1, undefined), 0))).toContain('Give every one its share');
    expect(refused(() => planAward(split, [{ submissionId: 'a' }, { submissionId: 'a' }], 0))).toContain('named twice');
  });

  it('pays announced places in order and keeps back those nobody takes', () => {
    const places = bounty('places', { places: [50, 30, 20] });
    expect(planAward(places, choices(undefined, undefined, undefined), 3)).toEqual([50_000n, 30_000n, 20_000n]);
    expect(planAward(places, choices(undefined), 1)).toEqual([50_000n]);
    expect(planAward(places, choices(50, 30, 20), 9)).toEqual([50_000n, 30_000n, 20_000n]);
    expect(planAward(places, choices(0.5, 0.3), 1)).toEqual([50_000n, 30_000n]);
    expect(refused(() => planAward(places, choices(30, 50, 20), 3))).toContain('announced 50, 30, 20');
  });

  it('does not leave out an agent that reached every pass mark while a prize is free', () => {
    const places = bounty('places', { places: [50, 30, 20] });
    expect(refused(() => planAward(places, choices(undefined), 2))).toContain('Name 2 submissions');
    expect(planAward(bounty('each', { winnersMax: 3 }, 100n), choices(undefined, undefined), 2)).toEqual([34n, 33n]);
    expect(refused(() => planAward(bounty('each', { winnersMax: 2 }), choices(1, 1, 1), 9))).toContain('pays 2 prizes');
  });
});
