import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

/** Throws `forbidden` to an admin whom the decision about a chargeback is about: who paid, is paid of it, or belongs to the workspace. */
export async function refuseParty(
  trx: Transaction,
  { id, accountId }: { id: string; accountId: string },
): Promise<void> {
  const { rows } = await trx.raw<{ rows: { isParty: boolean }[] }>(
    `select coalesce(k.account_id, t.account_id) = :accountId
       or exists (select from payouts p where p.checkout_id = c.checkout_id and p.account_id = :accountId)
       or exists (select from members m where m.workspace_id = coalesce(b.workspace_id, t.workspace_id) and m.account_id = :accountId)
       as "isParty"
     from chargebacks c left join checkouts k on k.id = c.checkout_id left join bounties b on b.id = c.bounty_id
       left join top_ups t on t.id = c.top_up_id where c.id = :id`,
    { id, accountId },
  );
  if (rows[0]?.isParty === false) return;
  throw new Failure(
    'forbidden',
    'You are a party to this: you paid, are paid of it, or belong to the workspace. Another admin decides.',
  );
}
