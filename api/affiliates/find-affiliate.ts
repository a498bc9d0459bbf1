import type { Context } from '../platform/context.ts';
import { findPayableShares, monthOf } from './find-payable-shares.ts';
import { minimumOf } from './terms.ts';

/** An affiliate's own view, in minor units: how many they invited and what it brought, and never who, or on which bounty. */
export type Affiliate = {
  code: string | null;
  invited: bigint;
  nextPayoutAt: Date;
  balances: {
    currency: string;
    earnedMinor: bigint;
    paidMinor: bigint;
    balanceMinor: bigint;
    minimumMinor: bigint;
    nextPayoutMinor: bigint;
  }[];
  months: { month: string; currency: string; earnedMinor: bigint; reversedMinor: bigint; paidMinor: bigint }[];
};

type Month = Affiliate['months'][number];

/** What an account's invitations brought, by month (UTC) and currency, from the ledger. */
export async function findAffiliate(context: Context, accountId: string): Promise<Affiliate> {
  const { database } = context;
  const own = await database('affiliate_codes').where({ account_id: accountId }).first('code');
  const invited = await database('invitations').where({ affiliate_account_id: accountId }).count({ n: '*' }).first();
  const { next, nextPayableBefore } = monthOf(context.clock.nowMs());
  const { rows: months } = await database.raw<{ rows: Month[] }>(
    `select to_char(t.posted_at at time zone 'UTC', 'YYYY-MM') as month, a.currency,
       coalesce(sum(-e.amount_minor) filter (where t.kind = 'affiliate_share'), 0)::bigint as "earnedMinor",
       coalesce(sum(e.amount_minor) filter (where t.kind = 'affiliate_reversed'), 0)::bigint as "reversedMinor",
       coalesce(sum(e.amount_minor) filter (where t.kind = 'affiliate_payout'), 0)::bigint as "paidMinor"
     from ledger.accounts a join ledger.entries e on e.account_id = a.id join ledger.transfers t on t.id = e.transfer_id
     where a.code = ? group by 1, 2 order by 1, 2`,
    [`affiliate:${accountId}`],
  );
  const balances = [];
  for (const [currency, lines] of Map.groupBy(months, (month) => month.currency)) {
    const sum = (amountOf: (month: Month) => bigint) => lines.reduce((total, line) => total + amountOf(line), 0n);
    const earnedMinor = sum((month) => month.earnedMinor - month.reversedMinor);
    const paidMinor = sum((month) => month.paidMinor);
    balances.push({
      currency,
      earnedMinor,
      paidMinor,
      balanceMinor: earnedMinor - paidMinor,
      minimumMinor: minimumOf(currency),
      nextPayoutMinor: await findPayableShares(database, { accountId, currency }, nextPayableBefore),
    });
  }
  return { code: own?.code ?? null, invited: BigInt(invited?.['n'] ?? 0), nextPayoutAt: next, balances, months };
}
