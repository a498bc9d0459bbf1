import { holdingDays } from '../payments/holding-limit.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';

const dayMs = 86_400_000;
const extendDays = 3;

/** When a bounty's review ends, for SQL: as it was announced, or later because something was disputed. */
export const reviewEndOf = (bounty: string) =>
  `greatest(${bounty}.deadline + ${bounty}.review_days * interval '1 day', ${bounty}.review_until)`;

/**
 * Until when the money of a bounty may be kept waiting: a day before Stripe lets the oldest of its payments be held no longer, so that the
 * clock still decides in time. What a wallet paid is of the payments into it. Null where no payment limits it.
 */
export async function findLastMoment(context: Context, database: Database, bountyId: string): Promise<Date | null> {
  const { rows } = await database.raw<{ rows: { paidAt: Date | null }[] }>(
    `select min(least(c.paid_at, (select min(t.paid_at) from wallet_uses u join top_ups t on t.id = u.top_up_id where u.checkout_id = c.id))) as "paidAt"
     from checkouts c where c.bounty_id = ? and c.state = 'paid' and c.purpose <> 'tip'`,
    [bountyId],
  );
  const paidAt = rows[0]?.paidAt;
  if (!paidAt) return null;
  const paidDay = Math.floor(paidAt.getTime() / dayMs);
  return new Date((paidDay + holdingDays(context.config.platformCountry) - 1) * dayMs);
}

/**
 * Lets the review of a locked bounty last at least three days from now, so that nobody loses a right by the time something took, but not
 * longer than its money may wait. A review that lasts longer anyway stays as it is.
 */
export async function extendReview(context: Context, trx: Transaction, bountyId: string): Promise<void> {
  const last = await findLastMoment(context, trx, bountyId);
  await trx.raw(
    `update bounties set review_until = greatest(review_until, least(clock_timestamp() + ${extendDays} * interval '1 day', :last::timestamptz))
     where id = :bountyId`,
    { bountyId, last },
  );
}

/** Whether the money of a bounty may not wait so long as `extendReview` lasts: nobody could be given three days any more. */
export async function isNearLastMoment(context: Context, trx: Transaction, bountyId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { isNear: boolean | null }[] }>(
    `select :last::timestamptz < clock_timestamp() + ${extendDays} * interval '1 day' as "isNear"`,
    { last: await findLastMoment(context, trx, bountyId) },
  );
  return rows[0]?.isNear === true;
}

/** Whether the review of a bounty is over as it was announced, whatever has prolonged it; by the database's clock. */
export async function isReviewOver(trx: Transaction, bountyId: string): Promise<boolean> {
  const over = await trx('bounties')
    .where({ id: bountyId })
    .whereRaw(`deadline + review_days * interval '1 day' <= clock_timestamp()`)
    .first('id');
  return over !== undefined;
}
