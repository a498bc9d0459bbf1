import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { splitReward } from './split-reward.ts';
import { bountyMoney } from './bounty-money.ts';
import { findCurrency } from './currencies.ts';
import { feeOf } from './fee.ts';
import { accountBalance, findViolations } from './find-balances.ts';
import { fundHeld } from './fund-held.ts';
import { releaseHeld } from './release-held.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(async () => {
  expect(await findViolations(t.database)).toEqual([]);
  await t.close();
});

const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 })
  .filter((list) => list.some((weight) => weight > 0n));

describe.each([
  ['JPY', 0],
  ['USD', 2],
  ['KWD', 3],
])('a reward in %s, which has %d decimals', (currency, exponent) => {
  it('is shared out to its last unit, and every unit reaches its winner', async () => {
    expect(findCurrency(currency)).toEqual({ code: currency, exponent });
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 1n, max: 10n ** 12n }), weights, async (rewardMinor, list) => {
        const parts = splitReward(rewardMinor, list);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(rewardMinor);
        const bountyId = randomUUID();
        const shares = parts
          .filter((part) => part > 0n)
          .map((amountMinor) => ({ accountId: randomUUID(), amountMinor }));
        await t.database.transaction(async (trx) => {
          const fund = { key: `fund:${bountyId}`, bountyId, currency, rewardMinor, feeMinor: feeOf(rewardMinor) };
          await fundHeld(trx, fund);
          await releaseHeld(trx, { key: `release:${bountyId}`, bountyId, shares });
        });
        for (const { accountId, amountMinor } of shares)
          expect(await accountBalance(t.database, `payable:${accountId}`, currency)).toBe(amountMinor);
        expect(await bountyMoney(t.database, bountyId)).toMatchObject({
          heldMinor: 0n,
          releasedMinor: rewardMinor,
          feeMinor: feeOf(rewardMinor),
        });
      }),
      { numRuns: 15 },
    );
  });
});
