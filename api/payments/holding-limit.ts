import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';

const dayMs = 86_400_000;
const daysByCountry: Record<string, number> = { US: 730, TH: 10 };
const otherwiseDays = 90;

/** For how many days Stripe lets a platform of this country keep money before it is paid out (https://docs.stripe.com/connect/manual-payouts). */
export function holdingDays(country: string): number {
  return daysByCountry[country] ?? otherwiseDays;
}

/** When a bounty is decided at the latest: at the end of its review, which a dispute may have prolonged (bounties/extend-review.ts). */
export function decideBy(bounty: { deadline: Date; reviewDays: number; reviewUntil?: Date | null }): Date {
  const announcedMs = bounty.deadline.getTime() + bounty.reviewDays * dayMs;
  return new Date(Math.max(announcedMs, bounty.reviewUntil?.getTime() ?? 0));
}

/** Until when money that is paid today may be held: the beginning of a day (UTC). */
export function holdUntil(context: Pick<Context, 'config' | 'clock'>): Date {
  const today = Math.floor(context.clock.nowMs() / dayMs);
  return new Date((today + holdingDays(context.config.platformCountry)) * dayMs);
}

/** Throws when a bounty could be decided only after its money may be held no longer; the sentence says what to do. */
export function refuseBeyondHolding(
  context: Pick<Context, 'config' | 'clock'>,
  bounty: { deadline: Date; reviewDays: number },
  field?: string,
): void {
  const [last, limit] = [decideBy(bounty), holdUntil(context)];
  if (last.getTime() <= limit.getTime()) return;
  const problem =
    `with ${bounty.reviewDays} days to decide ends on ${day(last)}, and money can be held until ${day(limit)} only. ` +
    'Choose an earlier deadline, or fewer days to decide.';
  if (field === undefined) throw new Failure('illegal_state', `The deadline ${problem}`);
  throw new Failure('invalid_value', `${field} ${problem}`, { errors: [{ field, message: problem }] });
}

function day(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
