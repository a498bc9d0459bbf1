import { amountStep } from '../ledger/amount-step.ts';
import { isUndecided } from '../payments/is-disputed.ts';
import type { Database } from '../platform/database.ts';
import { findPlace, type Shares } from './schedule-shares.ts';
import { heldDays, minimumOf } from './terms.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What of an affiliate's shares may be paid, in minor units: what is there, less what was earned too late or of a bounty whose payment is
 * disputed at a bank, or lost while a person has to decide about what waits, in steps that Stripe sends; 0 under the minimum. Only entries that may be too young are read (schedule-shares.ts).
 */
export async function findPayableShares(database: Database, shares: Shares, before: Date): Promise<bigint> {
  const { currency } = shares;
  const { ledgerAccountId, balanceMinor, readTo } = await findPlace(database, shares);
  if (balanceMinor < minimumOf(currency)) return 0n;
  const { rows } = await database.raw<{ rows: { keptMinor: bigint }[] }>(
    `with kept as (
       select t.bounty_id from ledger.entries e join ledger.transfers t on t.id = e.transfer_id
       where e.account_id = :ledgerAccountId and e.id > :readTo and t.kind = 'affiliate_share' and t.posted_at >= :before
       union
       select d.bounty_id from chargebacks d join ledger.parts part on part.payment_id = d.checkout_id where d.state = 'open'
       union
       select d.bounty_id from chargebacks d join ledger.parts part on part.payment_id = d.checkout_id where ${isUndecided}
     )
     select coalesce(sum(greatest(minor, 0)), 0)::bigint as "keptMinor" from (
       select sum(-e.amount_minor) as minor from kept
       join ledger.transfers t on t.bounty_id = kept.bounty_id and t.kind in ('affiliate_share', 'affiliate_reversed')
       join ledger.entries e on e.transfer_id = t.id and e.account_id = :ledgerAccountId group by kept.bounty_id
     ) as bounties`,
    { ledgerAccountId: String(ledgerAccountId), readTo: String(readTo), before },
  );
  const payableMinor = balanceMinor - (rows[0]?.keptMinor ?? 0n);
  const amountMinor = payableMinor - (payableMinor % amountStep(currency));
  return amountMinor < minimumOf(currency) ? 0n : amountMinor;
}

/** The month (UTC) that a moment is in: when it began, when the next one does, and before when a share was earned that is paid in either. */
export function monthOf(nowMs: number): { begins: Date; next: Date; payableBefore: Date; nextPayableBefore: Date } {
  const now = new Date(nowMs);
  const begins = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  const heldBefore = (day: Date) => new Date(day.getTime() - heldDays * dayMs);
  return { begins, next, payableBefore: heldBefore(begins), nextPayableBefore: heldBefore(next) };
}
