import { findPoolMoney, type PoolMoney } from '../ledger/insurance-pool.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { compensationsMax, workspaceSharePart } from './terms.ts';

/** What a pool can pay, and what it may have to pay, in minor units of its currency. */
export type Solvency = {
  balanceMinor: bigint;
  /** What of our own earnings it may still draw: the setting less what it has drawn. */
  capitalMinor: bigint;
  /** Premiums of covers whose checkout is open; they come with the cover or not at all. */
  comingMinor: bigint;
  /** Every cover that is open or reserved: all of them may fail at once. */
  standingMinor: bigint;
  standing: bigint;
};

/** The solvency of one pool. Lock the pool first (`lockPool`) where something is decided by it. */
export async function findSolvency(
  context: Context,
  database: Database,
  currency: string,
  money?: PoolMoney,
): Promise<Solvency> {
  const { balanceMinor, drawnMinor } = money ?? (await findPoolMoney(database, currency));
  const { rows } = await database.raw<{ rows: Pick<Solvency, 'comingMinor' | 'standingMinor' | 'standing'>[] }>(
    `select coalesce(sum(premium_minor) filter (where state = 'reserved'), 0)::bigint as "comingMinor",
       coalesce(sum(cover_minor), 0)::bigint as "standingMinor", count(*) as standing
     from covers where currency = ? and state in ('reserved', 'open')`,
    [currency],
  );
  const committed = context.config.insuranceCapital.get(currency) ?? 0n;
  const capitalMinor = committed > drawnMinor ? committed - drawnMinor : 0n;
  return { balanceMinor, capitalMinor, ...(rows[0] ?? { comingMinor: 0n, standingMinor: 0n, standing: 0n }) };
}

/** A cover that is asked for. */
export type Wish = {
  workspaceId: string;
  accountId: string;
  currency: string;
  premiumMinor: bigint;
  coverMinor: bigint;
};

/**
 * Throws `illegal_state` when the pool could not pay the cover beside all that stand, if every one of them failed at once; when the
 * workspace, or who funds, would have more than a quarter of that; or when one of them was compensated twice within a year.
 */
export async function refuseUnlessSolvent(
  database: Database,
  { balanceMinor, capitalMinor, comingMinor, standingMinor }: Solvency,
  wish: Wish,
): Promise<void> {
  const canPayMinor = balanceMinor + capitalMinor + comingMinor + wish.premiumMinor;
  const { rows } = await database.raw<{ rows: { ownMinor: bigint; paid: bigint }[] }>(
    `select coalesce(sum(cover_minor) filter (where state in ('reserved', 'open') and currency = :currency), 0)::bigint as "ownMinor",
       count(*) filter (where state = 'paid' and decided_at > clock_timestamp() - interval '365 days') as paid
     from covers where workspace_id = :workspaceId or account_id = :accountId`,
    wish,
  );
  const { ownMinor, paid } = rows[0] ?? { ownMinor: 0n, paid: 0n };
  const amount = (minor: bigint) => `${writeDecimal(minor, wish.currency)} ${wish.currency}`;
  if (paid >= compensationsMax)
    throw refusal(
      `Your workspace, or you yourself, was compensated ${paid} times within a year, and is sold no insurance until a year after.`,
    );
  if (standingMinor + wish.coverMinor > canPayMinor) {
    const roomMinor = canPayMinor > standingMinor ? canPayMinor - standingMinor : 0n;
    throw refusal(
      `The insurance pool can take on ${amount(roomMinor)} now, and this bounty needs ${amount(wish.coverMinor)}.`,
    );
  }
  const shareMinor = canPayMinor / workspaceSharePart;
  if (ownMinor + wish.coverMinor > shareMinor)
    throw refusal(
      `One workspace may be insured for ${amount(shareMinor)} at once; yours would be for ${amount(ownMinor + wish.coverMinor)}.`,
    );
}

function refusal(sentence: string): Failure {
  return new Failure('illegal_state', `${sentence} Nothing was charged. Fund without insurance.`);
}
