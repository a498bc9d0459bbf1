import type { Transaction } from '../platform/database.ts';

/** Asks for something to be told to people in private, in every chat they are known in (or in one of them), in the caller's transaction. */
export async function wantNotices(
  trx: Transaction,
  accountIds: string[],
  notice: {
    kind: 'plan_payment_missing' | 'dispute' | 'wallet_goes_back' | 'funding_decided' | 'payout_withheld';
    payload: object;
  },
  chats: ('slack' | 'discord')[] = ['slack', 'discord'],
): Promise<void> {
  await trx.raw(
    `insert into chat_notices (identity_id, kind, payload)
     select id, ?, ?::jsonb from identities where account_id = any(?::uuid[]) and provider = any(?::text[]) order by id`,
    [notice.kind, JSON.stringify(notice.payload), accountIds, chats],
  );
}
