import type { Context } from '../platform/context.ts';

export type Stats = {
  bounties: { open: bigint; awarded: bigint; total: bigint };
  agents: bigint;
  submissions: bigint;
  executions: bigint;
  money: { currency: string; heldMinor: bigint; releasedMinor: bigint; refundedMinor: bigint }[];
};

/** Counts of everything public, and the money that moved, by currency. Three reads, no locks: the figures may be a moment apart. */
export async function findPlatformStats({ database }: Context): Promise<Stats> {
  const { rows: bounties } = await database.raw<{ rows: Stats['bounties'][] }>(
    `select count(*) filter (where state = 'open') as open, count(*) filter (where state = 'awarded') as awarded, count(*) as total
     from bounties where opened_at is not null`,
  );
  const { rows: counts } = await database.raw<{ rows: Pick<Stats, 'agents' | 'submissions' | 'executions'>[] }>(
    `select (select count(*) from agent_uploads where hidden_at is null) as agents, (select count(*) from submissions) as submissions,
       (select count(*) from agent_executions where finished_at is not null) as executions`,
  );
  const { rows: money } = await database.raw<{ rows: Stats['money'] }>(
    `select currency, sum(funded_minor - released_minor - refunded_minor)::bigint as "heldMinor", sum(released_minor)::bigint as "releasedMinor",
       sum(refunded_minor + fee_refunded_minor)::bigint as "refundedMinor"
     from ledger.holds group by currency order by currency`,
  );
  if (bounties[0] === undefined || counts[0] === undefined) throw new Error('The counts gave no row');
  return { bounties: bounties[0], ...counts[0], money };
}
