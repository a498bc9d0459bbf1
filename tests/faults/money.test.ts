import { describe, expect, it } from 'vitest';
import { textOf } from './money/describe-money.ts';
import { runMoneyUnderFaults } from './money/run-money.ts';

describe('money under faults', () => {
  it(
    'comes to one right end for every bounty and every wallet, through kills, crashes and answers of Stripe that are lost',
    { timeout: 240_000 },
    async () => {
      const report = await runMoneyUnderFaults({
        seed: 20_261_125,
        kills: 9,
        apis: 2,
        workers: 2,
        bountiesAtOnce: 6,
        faultEveryMs: 700,
        withFreezes: false,
      });
      expect(report.violations, textOf(report, 'under test')).toEqual([]);
      // A run in which no fault hit anything would prove nothing.
      expect(report.faults.size).toBe(4);
      expect(report.stripe.lostBefore + report.stripe.lostAfter).toBeGreaterThan(10);
      expect(report.counts.retried).toBeGreaterThan(0);
      for (const source of ['checkout', 'wallet', 'card']) expect(report.counts.sources.get(source)).toBeGreaterThan(0);
      for (const end of ['approved', 'declined', 'expired']) expect(report.counts.requests.get(end)).toBeGreaterThan(0);
      for (const kind of ['top_up', 'withdraw', 'wallet_return', 'refund_to_wallet'])
        expect(report.counts.transfers.get(kind)).toBeGreaterThan(0);
      expect(report.client.asked).toBeGreaterThan(report.client.answered);
    },
  );
});
