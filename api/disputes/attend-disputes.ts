import { alarmAdmins } from '../payments/alarm-admins.ts';
import type { Context } from '../platform/context.ts';
import { tryEach } from '../platform/try-each.ts';
import { isUndecided, selectDisputes, undecidedStates, type Dispute } from './dispute.ts';
import { endDispute } from './end-dispute.ts';
import { lockDispute } from './lock-dispute.ts';
import { tellDeciders } from './tell-of-dispute.ts';

const batch = 100;

/**
 * Ends disputes whose bounty's money may wait no longer: nobody has found that what was measured is wrong, so it stands. Any number of
 * workers may do it at once, beside admins who decide. Answers how many.
 */
export async function lapseDisputes(context: Context): Promise<number> {
  const due: Dispute[] = await selectDisputes(context.database)
    .whereIn('d.state', [...undecidedStates])
    .whereRaw('d.lapses_at <= clock_timestamp()')
    .orderBy('d.lapses_at')
    .limit(batch);
  return tryEach(context, due, {
    about: ({ id }) => ({ disputeId: id }),
    failed: 'A dispute that nobody decided in time was not ended',
    run: async (trx, found) => {
      const locked = await lockDispute(trx, found);
      if (!isUndecided(locked.dispute)) return false;
      const reason = 'Nobody decided while the money could be held, so what was measured counts.';
      await endDispute(context, trx, locked, { state: 'stands', reason, accountId: null, decidedBy: null });
      return true;
    },
  });
}

/**
 * Tells the platform's admins of disputes that they can decide now: once, and from the day on which they should have, every day. Any number
 * of workers may do it at once. Answers how many.
 */
export async function remindDeciders(context: Context): Promise<number> {
  return context.database.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { id: string; isOverdue: boolean }[] }>(
      `update disputes set told_at = clock_timestamp() where id in (
         select id from disputes where state in ('open', 'answered') and (state = 'answered' or answer_by <= clock_timestamp())
           and (told_at is null or (decide_by <= clock_timestamp() and told_at <= clock_timestamp() - interval '1 day'))
         order by decide_by limit ${batch} for update skip locked)
       returning id, decide_by <= clock_timestamp() as "isOverdue"`,
    );
    for (const { id, isOverdue } of rows) {
      const dispute: Dispute = await selectDisputes(trx).where('d.id', id).first();
      const name = `The dispute about ${dispute.agent_code} for ${dispute.bounty_code}`;
      const by = dispute.decide_by.toISOString();
      const sentence = isOverdue
        ? `${name} should have been decided by ${by}. The money of ${dispute.bounty_code} waits for it.`
        : `${name} can be decided: do so by ${by}.`;
      if (isOverdue)
        await alarmAdmins(trx, { topic: 'dispute', subject: id, problem: sentence, bountyId: dispute.bounty_id });
      const title = isOverdue ? 'A dispute is overdue' : 'A dispute waits for your decision';
      await tellDeciders(trx, dispute, { type: 'dispute.needs_decision', title, sentence });
    }
    return rows.length;
  });
}
