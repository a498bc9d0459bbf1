import type { Bounty } from '../bounties/bounty.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';

const sentences = {
  open: 'Its payment is disputed at the bank. Nothing of it is paid or sent back until the bank has decided. If you know the card holder, ask them to withdraw the dispute.',
  won: 'The bank decided for us. Its money moves again.',
  lost: 'The bank gave the payment back to the card holder. What was still held is gone; what was paid out stays paid.',
};

/** Tells those who keep order in the bounty's workspace: its owners, admins and moderators. The platform's admins are alarmed apart. */
export async function tellOfChargeback(
  trx: Transaction,
  bounty: Pick<Bounty, 'id' | 'code' | 'workspaceId'>,
  state: keyof typeof sentences,
): Promise<void> {
  const moderators: { account_id: string }[] = await trx('members')
    .where({ workspace_id: bounty.workspaceId })
    .whereIn('role', ['owner', 'admin', 'moderator'])
    .select('account_id');
  for (const { account_id: accountId } of moderators) {
    await recordEvent(trx, {
      type: 'bounty.chargeback',
      audience: 'account',
      accountId,
      bountyId: bounty.id,
      payload: { state, code: bounty.code, sentence: `${bounty.code}: ${sentences[state]}` },
    });
  }
}
