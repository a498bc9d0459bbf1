import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import type { Bounty } from './bounty.ts';
import { reviewEndOf } from './extend-review.ts';
import type { AwardPlan } from './make-award-plan.ts';

/** Tells the poster, the winners and who paid how the clock has decided; the card tells everybody else. `plan` is null when nobody passed. */
export async function tellOfClock(trx: Transaction, bounty: Bounty, plan: AwardPlan | null): Promise<void> {
  const winners = plan?.payees.map(({ agentCode }) => agentCode).join(', ');
  const sentence =
    plan === null
      ? `The review of ${bounty.code} has ended and no agent had passed: everything goes back to those who paid.`
      : `The review of ${bounty.code} has ended without a decision: ${winners} passed and is paid.`;
  const payers: string[] = await trx('checkouts')
    .where({ bounty_id: bounty.id, state: 'paid' })
    .whereNot({ purpose: 'tip' })
    .distinct()
    .pluck('account_id');
  const people = new Set([
    bounty.posterAccountId,
    ...payers,
    ...(plan?.payees.map(({ accountId }) => accountId) ?? []),
  ]);
  for (const accountId of people) await tell(trx, bounty, { accountId, type: 'bounty.decided_by_clock', sentence });
}

const remindDays = 2;

/**
 * Reminds posters who have not decided, once: two days before their review ends, or at half of a shorter one; while something is disputed
 * there is nothing that they can decide. Answers how many. Any number of processes may do it at once.
 */
export async function remindOfClock(context: Context): Promise<number> {
  return context.database.transaction(async (trx) => {
    const { rows } = await trx.raw<{
      rows: { id: string; code: string; workspaceId: string; posterAccountId: string; until: Date }[];
    }>(
      `update bounties set review_reminded_at = clock_timestamp() where id in (
         select b.id from bounties b where b.state = 'reviewing' and b.review_reminded_at is null
           and clock_timestamp() >= ${reviewEndOf('b')} - least(b.review_days * interval '12 hours', ? * interval '1 day')
           and not exists (select from disputes d where d.bounty_id = b.id and d.state in ('open', 'answered'))
         order by b.deadline limit 100 for no key update skip locked)
       returning id, code, workspace_id as "workspaceId", poster_account_id as "posterAccountId",
         ${reviewEndOf('bounties')} as until`,
      [remindDays],
    );
    for (const { until, posterAccountId: accountId, ...bounty } of rows) {
      const sentence = `Decide about ${bounty.code} until ${until.toISOString()}: then the best agent that passed is paid, or everything goes back if none did.`;
      await tell(trx, bounty, { accountId, type: 'bounty.review_ending', sentence });
    }
    return rows.length;
  });
}

async function tell(
  trx: Transaction,
  bounty: Pick<Bounty, 'id' | 'code' | 'workspaceId'>,
  { accountId, type, sentence }: { accountId: string; type: string; sentence: string },
): Promise<void> {
  await recordEvent(trx, {
    type,
    audience: 'account',
    accountId,
    workspaceId: bounty.workspaceId,
    bountyId: bounty.id,
    payload: { code: bounty.code, sentence },
  });
}
