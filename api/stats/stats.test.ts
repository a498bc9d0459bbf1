import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMarket, type Market } from '../bounties/market-fixture.ts';
import { call } from '../../tests/support/factories.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

it('counts what is public, and the money by currency', async () => {
  const draft = await market.opened();
  await market.entered(draft, true);
  await market.post(draft.poster.key);
  const euro = await market.opened({ currency: 'EUR', rewardMinor: 7_000 });
  await market.cancel(euro.id, euro.poster.key);
  const { status, body } = await call(market.api, 'GET', '/api/stats');
  expect(status).toBe(200);
  expect(body).toEqual({
    bounties: { open: 1, awarded: 0, total: 2 },
    agents: 1,
    submissions: 1,
    executions: 2,
    money: [
      { currency: 'EUR', heldMinor: 0, releasedMinor: 0, refundedMinor: 8_050 },
      { currency: 'USD', heldMinor: 50_000, releasedMinor: 0, refundedMinor: 0 },
    ],
  });
});
