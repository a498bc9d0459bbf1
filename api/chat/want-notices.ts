import type { Transaction } from '../platform/database.ts';

/** Asks for something to be told to people in private, in every chat they are known in, in the caller's transaction. */
export async function wantNotices(
  trx: Transaction,
  accountIds: string[],
  notice: { kind: 'plan_payment_missing' | 'dispute'; payload: object },
): Promise<void> {
  await trx.raw(
    `insert into chat_notices (identity_id, kind, payload)
     select id, ?, ?::jsonb from identities where account_id = any(?::uuid[]) and provider in ('slack', 'discord') order by id`,
    [notice.kind, JSON.stringify(notice.payload), accountIds],
  );
}
