import { wantNotices } from '../chat/want-notices.ts';
import type { Transaction } from '../platform/database.ts';

type Rejected = {
  submission: { accountId: string; agentUploadId: string };
  bounty: { code: string };
  reason: string;
};

/** Tells in private whose submission passed and is rejected all the same: they may dispute it, and the clock leaves them three days. */
export async function tellOfRejection(trx: Transaction, { submission, bounty, reason }: Rejected): Promise<void> {
  const { code: agentCode } = await trx('agent_uploads').where({ id: submission.agentUploadId }).first('code');
  const title = `${agentCode} passed ${bounty.code} and is rejected`;
  // Who rejects and restores without end writes to nobody without end.
  if (await wasToldToday(trx, submission.accountId, title)) return;
  await wantNotices(trx, [submission.accountId], {
    kind: 'dispute',
    payload: {
      bountyCode: bounty.code,
      agentCode,
      title,
      sentence: `The poster’s side says: ${reason}`,
      act: 'open',
    },
  });
}

async function wasToldToday(trx: Transaction, accountId: string, title: string): Promise<boolean> {
  const told = await trx('chat_notices as n')
    .join('identities as i', 'i.id', 'n.identity_id')
    .where({ 'i.account_id': accountId, 'n.kind': 'dispute' })
    .whereRaw(`n.payload->>'title' = ? and n.created_at > clock_timestamp() - interval '1 day'`, [title])
    .first('n.id');
  return told !== undefined;
}
