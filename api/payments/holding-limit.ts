import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';

type Ground = Pick<Context, 'config' | 'clock'>;

const dayMs = 86_400_000;

/** How long money may be held, in days; docs/limits.md says what happens at each. */
export const holdingLimits = {
  holdingDays: 90,
  holdingDaysUs: 730,
  holdingDaysTh: 10,
  // Room for a worker or a Stripe that is away, and for a person when a card does not take it.
  walletMarginDays: 3,
  walletToldBeforeDays: 14,
};

const daysByCountry: Record<string, number> = { US: holdingLimits.holdingDaysUs, TH: holdingLimits.holdingDaysTh };

/** For how many days Stripe lets a platform of this country keep money before it is paid out (https://docs.stripe.com/connect/manual-payouts). */
export function holdingDays(country: string): number {
  return daysByCountry[country] ?? holdingLimits.holdingDays;
}

/** When a bounty is decided at the latest: at the end of its review, which a dispute may have prolonged (bounties/extend-review.ts). */
export function decideBy(bounty: { deadline: Date; reviewDays: number; reviewUntil?: Date | null }): Date {
  const announcedMs = bounty.deadline.getTime() + bounty.reviewDays * dayMs;
  return new Date(Math.max(announcedMs, bounty.reviewUntil?.getTime() ?? 0));
}

/** Until when money that is paid today may be held: the beginning of a day (UTC). */
export function holdUntil(context: Ground): Date {
  return daysAfter(context.clock.nowMs(), holdingDays(context.config.platformCountry));
}

/** For how many days a payment into a wallet stays there, counted from the beginning of the day (UTC) it was made on, and how long before its end the owners are told: half of a short limit. */
export function walletDays(country: string): { staysDays: number; toldBeforeDays: number } {
  const limitDays = holdingDays(country);
  return {
    staysDays: limitDays - holdingLimits.walletMarginDays,
    toldBeforeDays: Math.min(holdingLimits.walletToldBeforeDays, Math.floor(limitDays / 2)),
  };
}

/** When what is left of a payment that was made into a wallet at this moment goes back: the beginning of a day (UTC). */
export function goesBackOn({ config }: Pick<Context, 'config'>, paidAt: Date): Date {
  return daysAfter(paidAt.getTime(), walletDays(config.platformCountry).staysDays);
}

/** Throws when a bounty could be decided only after its money may be held no longer; the sentence says what to do. */
export function refuseBeyondHolding(
  context: Ground,
  bounty: { deadline: Date; reviewDays: number },
  field?: string,
): void {
  const [last, limit] = [decideBy(bounty), holdUntil(context)];
  if (last.getTime() <= limit.getTime()) return;
  const problem =
    `with ${bounty.reviewDays} days to decide ends on ${writeDay(last)}, and money can be held until ${writeDay(limit)} only. ` +
    'Choose an earlier deadline, or fewer days to decide.';
  if (field === undefined) throw new Failure('illegal_state', `The deadline ${problem}`);
  throw new Failure('invalid_value', `${field} ${problem}`, { errors: [{ field, message: problem }] });
}

/** A day (UTC) as `2027-02-21`. */
export function writeDay(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function daysAfter(momentMs: number, days: number): Date {
  return new Date((Math.floor(momentMs / dayMs) + days) * dayMs);
}
