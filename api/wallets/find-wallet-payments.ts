import { goesBackOn } from '../payments/holding-limit.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';

/** A payment into a wallet of which something is left; amounts are minor units. */
export type WalletPayment = {
  topUpId: string;
  paidAt: Date;
  paidBy: string;
  /** The beginning of the day (UTC) on which what is left goes back; nothing of it is held longer. */
  goesBackOn: Date;
  leftMinor: bigint;
};

/** A wallet in one currency, payment by payment, the oldest first. `otherMinor` came by no payment that money can go back to: compensations, and what is left of a payment that a bank took back. It may stay. */
export type WalletMoney = { balanceMinor: bigint; payments: WalletPayment[]; otherMinor: bigint };

/** What is taken of one payment. */
export type Take = { topUpId: string; amountMinor: bigint };

/**
 * What is in a wallet, and which payments it came by: of each what was not spent on bounties (or came back from them) and was not sent back.
 * What a bank took by a chargeback counts as of the oldest. One statement, so that it is of one moment; exact while the wallet is locked.
 */
export async function findWalletMoney(
  context: Pick<Context, 'config'>,
  database: Database,
  { workspaceId, currency }: { workspaceId: string; currency: string },
): Promise<WalletMoney> {
  type Row = { balance: bigint; topUpId: string | null; paidAt: Date; paidBy: string; freeMinor: bigint };
  const { rows } = await database.raw<{ rows: Row[] }>(
    `select w.balance, t.id as "topUpId", t.paid_at as "paidAt", t.paid_by as "paidBy", t.free_minor as "freeMinor"
     from (select coalesce((select k.balance_minor from ledger.accounts a join ledger.balances k on k.account_id = a.id
         where a.code = 'wallet:' || :workspaceId and a.currency = :currency), 0)::bigint as balance) w
       left join lateral (
         select p.id, p.paid_at, a.display_name as paid_by, (p.amount_minor
           - coalesce((select sum(r.amount_minor) from refunds r where r.top_up_id = p.id and r.state <> 'failed'), 0)
           - coalesce((select sum(u.taken_minor - u.returned_minor) from wallet_uses u where u.top_up_id = p.id), 0))::bigint as free_minor
         from top_ups p join accounts a on a.id = p.account_id
         where p.workspace_id = :workspaceId::uuid and p.currency = :currency and p.state = 'paid'
           and not exists (select from chargebacks c where c.top_up_id = p.id and c.state <> 'won')
       ) t on t.free_minor > 0
     order by t.paid_at desc, t.id desc`,
    { workspaceId, currency },
  );
  const balanceMinor = rows[0]?.balance ?? 0n;
  let otherMinor = balanceMinor;
  const payments: WalletPayment[] = [];
  for (const { topUpId, paidAt, paidBy, freeMinor } of rows) {
    if (topUpId === null) continue;
    const leftMinor = freeMinor < otherMinor ? freeMinor : otherMinor;
    otherMinor -= leftMinor;
    if (leftMinor > 0n)
      payments.unshift({ topUpId, paidAt, paidBy, leftMinor, goesBackOn: goesBackOn(context, paidAt) });
  }
  return { balanceMinor, payments, otherMinor };
}

/** Takes an amount from the oldest payments; `missingMinor` is what they do not have. */
export function takeOldest(payments: WalletPayment[], amountMinor: bigint): { takes: Take[]; missingMinor: bigint } {
  const takes: Take[] = [];
  let missingMinor = amountMinor;
  for (const { topUpId, leftMinor } of payments) {
    const taken = leftMinor < missingMinor ? leftMinor : missingMinor;
    if (taken <= 0n) continue;
    takes.push({ topUpId, amountMinor: taken });
    missingMinor -= taken;
  }
  return { takes, missingMinor };
}
