import type { Database } from '../../../api/platform/database.ts';

/** One bounty's money, added up from the entries of the ledger alone, in minor units. */
export type BountySums = {
  /** What Stripe took for it. */
  inMinor: bigint;
  fromWalletMinor: bigint;
  releasedMinor: bigint;
  refundedMinor: bigint;
  feeMinor: bigint;
  heldMinor: bigint;
  paidOutMinor: bigint;
  /** What left for the payments it came from; what went into a wallet again is apart. */
  sentBackMinor: bigint;
  toWalletMinor: bigint;
};

export const noSums: BountySums = {
  inMinor: 0n,
  fromWalletMinor: 0n,
  releasedMinor: 0n,
  refundedMinor: 0n,
  feeMinor: 0n,
  heldMinor: 0n,
  paidOutMinor: 0n,
  sentBackMinor: 0n,
  toWalletMinor: 0n,
};

/**
 * The sums of every bounty that has entries. Owed back counts as refunded, and so does what a bank took of held money, as long as that has
 * not come back. What covers a loss instead of leaving has not left.
 */
export async function findBountySums(database: Database): Promise<Map<string, BountySums>> {
  const { rows } = await database.raw<{ rows: (BountySums & { id: string })[] }>(
    `select t.bounty_id as id,
        coalesce(sum(e.amount_minor) filter (where a.kind = 'cash' and t.kind in ('fund', 'boost', 'tip', 'second_payment', 'late_boost')), 0)::bigint as "inMinor",
        coalesce(sum(e.amount_minor) filter (where a.kind = 'wallet' and t.kind = 'fund_from_wallet'), 0)::bigint as "fromWalletMinor",
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'wallet' and t.kind = 'refund_to_wallet'), 0)::bigint as "toWalletMinor",
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'payable' and e.amount_minor < 0), 0)::bigint as "releasedMinor",
        coalesce(-sum(e.amount_minor) filter (where (a.kind = 'refund_payable' and e.amount_minor < 0)
          or (a.kind = 'disputes' and t.kind in ('claw_back', 'claw_back_returned', 'claw_back_owed'))), 0)::bigint as "refundedMinor",
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'fees'), 0)::bigint as "feeMinor",
        coalesce(-sum(e.amount_minor) filter (where a.kind in ('held', 'fee_held')), 0)::bigint as "heldMinor",
        coalesce(sum(e.amount_minor) filter (where a.kind = 'payable' and e.amount_minor > 0 and t.kind <> 'payout_withheld'), 0)::bigint as "paidOutMinor",
        coalesce(sum(e.amount_minor) filter (where a.kind = 'refund_payable' and e.amount_minor > 0 and t.kind not in ('refund_withheld', 'refund_to_wallet')), 0)::bigint as "sentBackMinor"
       from ledger.transfers t join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id
      where t.bounty_id is not null group by 1`,
  );
  return new Map(rows.map(({ id, ...sums }) => [id, sums]));
}
