import type { Bounty } from '../bounties/bounty.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import type { ChargebackState } from './record-chargeback.ts';

const sentences: Record<'reward' | 'boost' | 'tip', Record<ChargebackState, string>> = {
  reward: {
    open: 'Its payment is disputed at the bank. Nothing of it is paid or sent back until the bank has decided. If you know the card holder, ask them to withdraw the dispute.',
    won: 'The bank decided for us. Its money moves again.',
    lost: 'The bank gave the payment back to the card holder. What was still held of it is gone; what was paid out stays paid. With what is left of the reward it goes on, unless that is too little.',
  },
  boost: {
    open: 'A boost of it is disputed at the bank and has left the reward. Everything else goes on.',
    won: 'The bank decided for us about a boost of it. The boost is on the reward again, or goes back to who gave it where that is closed.',
    lost: 'The bank gave a boost of it back to the card holder. The reward stays without it; what was paid out stays paid.',
  },
  tip: {
    open: 'A tip for one of its submissions is disputed at the bank. That tip waits; nothing else does.',
    won: 'The bank decided for us about a tip for one of its submissions. It leaves now.',
    lost: 'The bank gave a tip for one of its submissions back to the card holder. What was paid out stays paid.',
  },
};

/** Tells those who keep order in the bounty's workspace: its owners, admins and moderators. The platform's admins are alarmed apart. */
export async function tellOfChargeback(
  trx: Transaction,
  bounty: Pick<Bounty, 'id' | 'code' | 'workspaceId'>,
  { of, state }: { of: keyof typeof sentences; state: ChargebackState },
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
      payload: { of, state, code: bounty.code, sentence: `${bounty.code}: ${sentences[of][state]}` },
    });
  }
}
