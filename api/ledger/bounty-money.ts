import type { Database } from '../platform/database.ts';
import type { Hold } from './lock-hold.ts';

/**
 * A bounty's money in minor units. `heldMinor`: of the reward; `feeMinor`: charged and not sent back; `refundedMinor`: sent back with
 * its fee, and with the premium where that went back. Money in = released + refunded + fee + held + premium, always.
 */
export type BountyMoney = {
  heldMinor: bigint;
  feeMinor: bigint;
  releasedMinor: bigint;
  refundedMinor: bigint;
  premiumMinor: bigint;
};

const none: BountyMoney = { heldMinor: 0n, feeMinor: 0n, releasedMinor: 0n, refundedMinor: 0n, premiumMinor: 0n };

/** The money of one bounty; zeros when it was never funded. */
export async function bountyMoney(database: Database, bountyId: string): Promise<BountyMoney> {
  return (await moneyOfBounties(database, [bountyId])).get(bountyId) ?? none;
}

/** The money of several bounties; those never funded are left out. */
export async function moneyOfBounties(database: Database, bountyIds: string[]): Promise<Map<string, BountyMoney>> {
  const holds = await database<Hold>('ledger.holds').whereIn('bounty_id', bountyIds);
  return new Map(
    holds.map((hold) => [
      hold.bounty_id,
      {
        heldMinor: hold.funded_minor - hold.released_minor - hold.refunded_minor,
        feeMinor: hold.fee_funded_minor - hold.fee_refunded_minor,
        releasedMinor: hold.released_minor,
        refundedMinor: hold.refunded_minor + hold.fee_refunded_minor + hold.premium_refunded_minor,
        premiumMinor: hold.premium_minor - hold.premium_refunded_minor,
      },
    ]),
  );
}
