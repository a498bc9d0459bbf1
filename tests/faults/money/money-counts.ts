import type { Database } from '../../../api/platform/database.ts';

/** What a run came to, by state; `retried` are payment tasks that took more than one attempt. */
export type MoneyCounts = {
  bounties: Map<string, number>;
  checkouts: Map<string, number>;
  /** Paid bounties by where the money came from. */
  sources: Map<string, number>;
  topUps: Map<string, number>;
  requests: Map<string, number>;
  payouts: Map<string, number>;
  refunds: Map<string, number>;
  chargebacks: Map<string, number>;
  transfers: Map<string, number>;
  tasks: number;
  retried: number;
  attemptsMost: number;
  events: number;
};

/** Counts the rows of money by their state. */
export async function countMoney(database: Database): Promise<MoneyCounts> {
  const by = async (table: string, column = 'state', where: object = {}) => {
    const rows: { key: unknown; n: unknown }[] = await database(table)
      .where(where)
      .groupBy(column)
      .select({ key: column })
      .count({ n: '*' });
    return new Map(rows.map(({ key, n }) => [String(key), Number(n)] as const).toSorted(([, a], [, b]) => b - a));
  };
  const { rows } = await database.raw<{ rows: { total: bigint; retried: bigint; most: number }[] }>(
    `select count(*) as total, count(*) filter (where attempt > 1) as retried, coalesce(max(attempt), 0) as most from payment_tasks`,
  );
  const [events] = await database('stripe_events').count({ n: '*' });
  return {
    bounties: await by('bounties'),
    checkouts: await by('checkouts'),
    sources: await by('checkouts', 'source', { state: 'paid', purpose: 'reward' }),
    topUps: await by('top_ups'),
    requests: await by('funding_requests'),
    payouts: await by('payouts'),
    refunds: await by('refunds'),
    chargebacks: await by('chargebacks'),
    transfers: await by('ledger.transfers', 'kind'),
    tasks: Number(rows[0]?.total ?? 0),
    retried: Number(rows[0]?.retried ?? 0),
    attemptsMost: rows[0]?.most ?? 0,
    events: Number(events?.['n'] ?? 0),
  };
}
