import { wantNotices } from '../chat/want-notices.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import type { Dispute, Side } from './dispute.ts';

type About = Pick<Dispute, 'id' | 'bounty_id' | 'bounty_code' | 'submission_id' | 'owner_account_id' | 'agent_code'>;

/** Something that has happened in a dispute, for one of its sides: live, in the record of events, and in private in their chats. */
export type News = { type: string; title: string; sentence: string; mayAnswer?: boolean };

/** Tells a side of a dispute what has happened; `except` is who did it and knows. */
export async function tellSide(
  trx: Transaction,
  { dispute, side, except }: { dispute: About; side: Side; except: string | null },
  news: News,
): Promise<void> {
  const people = side === 'owner' ? [dispute.owner_account_id] : await findPosterSide(trx, dispute.bounty_id);
  await tell(
    trx,
    dispute,
    people.filter((id) => id !== except && (side === 'owner' || id !== dispute.owner_account_id)),
    news,
  );
}

/** Tells the platform's admins, who decide. */
export async function tellDeciders(trx: Transaction, dispute: About, news: News): Promise<void> {
  await tell(trx, dispute, await trx('accounts').where({ is_platform_admin: true }).orderBy('id').pluck('id'), news);
}

/** What people wrote in a dispute is read where it is shown, and is in no event. */
async function tell(trx: Transaction, dispute: About, accountIds: string[], news: News): Promise<void> {
  const { type, title, sentence, mayAnswer = false } = news;
  for (const accountId of accountIds)
    await recordEvent(trx, {
      type,
      audience: 'account',
      accountId,
      bountyId: dispute.bounty_id,
      payload: { disputeId: dispute.id, submissionId: dispute.submission_id, code: dispute.bounty_code, sentence },
    });
  const { bounty_code: bountyCode, agent_code: agentCode } = dispute;
  await wantNotices(trx, accountIds, {
    kind: 'dispute',
    payload: { bountyCode, agentCode, title, sentence, act: mayAnswer ? 'answer' : null },
  });
}

/** The poster, and the owners and admins of the bounty's workspace. */
async function findPosterSide(trx: Transaction, bountyId: string): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select b.poster_account_id as id from bounties b where b.id = :bountyId
     union select m.account_id from bounties b join members m on m.workspace_id = b.workspace_id and m.role in ('owner', 'admin')
       where b.id = :bountyId order by 1`,
    { bountyId },
  );
  return rows.map(({ id }) => id);
}
