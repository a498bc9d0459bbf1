import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { findSolvency, type Solvency } from './solvency.ts';

/** A month of a pool, in minor units: what came in and went out, and the balance at its end. */
export type PoolMonth = {
  month: string;
  currency: string;
  premiumsMinor: bigint;
  premiumsBackMinor: bigint;
  capitalMinor: bigint;
  paidMinor: bigint;
  claims: bigint;
  balanceMinor: bigint;
};

export type PoolStatement = { pools: (Solvency & { currency: string })[]; months: PoolMonth[] };

/** Every pool with its months (UTC), the oldest first, from the ledger; the balances are those of one moment. */
export async function findPoolStatement(context: Context): Promise<PoolStatement> {
  return context.database.transaction(
    async (trx) => {
      const months = await findMonths(trx);
      const currencies = new Set([
        ...months.map(({ currency }) => currency),
        ...context.config.insuranceCapital.keys(),
      ]);
      const pools: PoolStatement['pools'] = [];
      for (const currency of [...currencies].sort())
        pools.push({ currency, ...(await findSolvency(context, trx, currency)) });
      return { pools, months };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

async function findMonths(database: Database): Promise<PoolMonth[]> {
  const { rows } = await database.raw<{ rows: PoolMonth[] }>(
    `select month, currency, premiums::bigint as "premiumsMinor", back::bigint as "premiumsBackMinor", capital::bigint as "capitalMinor",
       paid::bigint as "paidMinor", claims, (sum(total) over (partition by currency order by month))::bigint as "balanceMinor"
     from (
       select to_char(t.posted_at at time zone 'UTC', 'YYYY-MM') as month, e.currency, sum(-e.amount_minor) as total,
         coalesce(sum(-e.amount_minor) filter (where t.kind = 'fund'), 0) as premiums,
         coalesce(sum(e.amount_minor) filter (where t.kind in ('premium_back', 'premium_clawed_back')), 0) as back,
         coalesce(sum(-e.amount_minor) filter (where t.kind = 'pool_capital'), 0) as capital,
         coalesce(sum(e.amount_minor) filter (where t.kind = 'cover_paid'), 0) as paid,
         count(*) filter (where t.kind = 'cover_paid') as claims
       from ledger.accounts a join ledger.entries e on e.account_id = a.id join ledger.transfers t on t.id = e.transfer_id
       where a.code = 'insurance_pool' group by 1, 2
     ) by_month order by currency, month`,
  );
  return rows;
}
