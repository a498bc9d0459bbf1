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
  await wantNotices(trx, [submission.accountId], {
    kind: 'dispute',
    payload: {
      bountyCode: bounty.code,
      agentCode,
      title: `${agentCode} passed ${bounty.code} and is rejected`,
      sentence: `The poster’s side says: ${reason}`,
      act: 'open',
    },
  });
}
