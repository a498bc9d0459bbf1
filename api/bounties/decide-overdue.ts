import { signingKey } from '../accounts/signing-keys.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { findStop } from '../reconciliation/settlement-stop.ts';
import { findScored } from '../submissions/find-scored.ts';
import { carryOutAward } from './award-bounty.ts';
import type { Bounty } from './bounty.ts';
import { endWithoutWinner } from './cancel-bounty.ts';
import { chooseByClock } from './choose-by-clock.ts';
import { reviewEndOf } from './extend-review.ts';
import { lockBounty } from './find-bounty.ts';
import { makeAwardPlan } from './make-award-plan.ts';
import { tellOfClock } from './tell-of-clock.ts';

const batch = 100;
// Runs that are still under way have this long after the review to end.
const graceDays = 1;

/**
 * Decides every bounty whose review has ended without a decision: the best that passed is paid, or everything goes back. Any number of
 * workers may do it at once, beside people who decide: whoever locks the bounty first decides, once. One whose money cannot move now is
 * tried again. Answers how many were decided.
 */
export async function decideOverdue(context: Context): Promise<number> {
  if ((await findStop(context.database)) !== null) return 0;
  const due = await findOverdue(context);
  if (due.length > 0) await signingKey(context, 'receipt');
  let decided = 0;
  for (const id of due) {
    try {
      if (await context.database.transaction((trx) => decideOne(context, trx, id))) decided += 1;
    } catch (error) {
      if (!(error instanceof Failure))
        context.logger.error({ err: error, bountyId: id }, 'a review could not be ended');
      else context.logger.warn({ bountyId: id, why: error.message }, 'a review cannot be ended yet');
    }
  }
  return decided;
}

/** Whose review has ended. Frozen and disputed money cannot move, so those bounties do not stand in the way of others. */
const isOverdue = `b.state = 'reviewing' and ${reviewEndOf('b')} <= clock_timestamp()
  and not exists (select from ledger.holds h where h.bounty_id = b.id and h.frozen_reason is not null)
  and not exists (select from disputes d where d.bounty_id = b.id and d.state in ('open', 'answered'))
  and (${reviewEndOf('b')} + ${graceDays} * interval '1 day' <= clock_timestamp()
    or not exists (select from submissions s where s.bounty_id = b.id and s.state in ('queued', 'running')))`;

async function findOverdue({ database }: Context): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `select b.id from bounties b where ${isOverdue} order by b.deadline limit ${batch}`,
  );
  return rows.map(({ id }) => id);
}

/** Answers whether this call decided; false when somebody did meanwhile, or the review lasts longer than it did a moment ago. */
async function decideOne(context: Context, trx: Transaction, id: string): Promise<boolean> {
  const bounty = await lockBounty(trx, id);
  const { rows } = await trx.raw<{ rows: object[] }>(
    `select 1 as due from bounties b where b.id = ? and ${isOverdue}`,
    [id],
  );
  if (rows.length === 0) return false;
  const choices = chooseByClock(bounty, await findScored(trx, id));
  await trx('bounties')
    .where({ id })
    .update({ settings: trx.raw(`settings || '{"byClock": true}'`) });
  if (choices.length > 0) await awardByClock(context, trx, bounty, choices);
  else await refundByClock(context, trx, bounty);
  return true;
}

async function awardByClock(
  context: Context,
  trx: Transaction,
  bounty: Bounty,
  choices: { submissionId: string }[],
): Promise<void> {
  const plan = await makeAwardPlan(trx, bounty, choices);
  await carryOutAward(context, trx, bounty, { plan, accountId: null });
  await tellOfClock(trx, bounty, plan);
}

async function refundByClock(context: Context, trx: Transaction, bounty: Bounty): Promise<void> {
  const refundMinor = await endWithoutWinner(context, trx, bounty);
  await auditMoney(context, trx, {
    accountId: null,
    action: 'bounty.refunded_by_clock',
    bounty,
    figures: { refundMinor },
    why: `Nobody decided within ${bounty.reviewDays} days after the deadline, and no submission had passed.`,
  });
  await tellOfClock(trx, bounty, null);
}
