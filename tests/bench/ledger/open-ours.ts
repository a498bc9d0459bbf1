import { randomUUID } from 'node:crypto';
import { feeOf } from '../../../api/ledger/fee.ts';
import { fundHeld } from '../../../api/ledger/fund-held.ts';
import { releaseHeld } from '../../../api/ledger/release-held.ts';
import type { Database } from '../../../api/platform/database.ts';
import { countRows } from './count-rows.ts';
import { currency, rewardMinor, type Contender } from './contender.ts';

/** The verbs as the product calls them: locks, idempotency keys, checks of balance, floor and balance rows, fee by parts. */
export function openOurs(database: Database): Contender {
  const feeMinor = feeOf(rewardMinor);
  return {
    async bounty() {
      const [bountyId, accountId] = [randomUUID(), randomUUID()];
      const fund = { key: `fund:${bountyId}`, bountyId, currency, rewardMinor, feeMinor, stripeRef: `pi_${bountyId}` };
      await database.transaction((trx) => fundHeld(trx, fund));
      const shares = [{ accountId, amountMinor: rewardMinor }];
      await database.transaction((trx) => releaseHeld(trx, { key: `award:${bountyId}`, bountyId, shares }));
    },
    rows: () => countRows(database, 'ledger'),
  };
}
