import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inDays, openMarket, type Market } from '../bounties/market-fixture.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { releaseHeld } from '../ledger/release-held.ts';
import { makeAccount } from '../../tests/support/factories.ts';
import { makeCode } from './make-code.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(async () => {
  expect(await findViolations(market.t.database)).toEqual([]);
  await market.close();
});

it('is never more than a tenth of the fee that was earned, and as much as at once, in whatever parts it is released', async () => {
  const { database } = market.t;
  const parts = fc.array(fc.bigInt({ min: 1n, max: 4_000n }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(parts, async (amounts) => {
      const affiliate = await makeAccount(market.t, 'Affiliate');
      const winner = await makeAccount(market.t, 'Winner');
      await database.transaction((trx) => makeCode(trx, affiliate.id));
      const bounty = await market.opened({ rewardMinor: 50_000, deadline: inDays(1) });
      await database('invitations').insert({
        account_id: bounty.poster.id,
        affiliate_account_id: affiliate.id,
        ends_at: database.raw(`clock_timestamp() + interval '1 day'`),
      });
      for (const amountMinor of amounts) {
        const release = {
          key: `part:${randomUUID()}`,
          bountyId: bounty.id,
          shares: [{ accountId: winner.id, amountMinor }],
        };
        await database.transaction((trx) => releaseHeld(trx, release));
        // The same again, as after a lost answer.
        await database.transaction((trx) => releaseHeld(trx, release));
        const hold = await database('ledger.holds').where({ bounty_id: bounty.id }).first('fee_earned_minor');
        const share = await accountBalance(database, `affiliate:${affiliate.id}`, 'USD');
        expect(share).toBe(hold.fee_earned_minor / 10n);
      }
    }),
    { numRuns: 25 },
  );
});
