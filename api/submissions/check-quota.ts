import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { submissionLimits as limits } from './limits.ts';

/** Throws `rate_limited`, saying which limit and when there is room again. Callers hold the bounty's lock, so that two entries cannot both take the last place. */
export async function checkQuota(trx: Transaction, bountyId: string, accountId: string): Promise<void> {
  const count = await readCounts(trx, bountyId, accountId);
  if (count.active >= limits.concurrent) {
    throw new Failure(
      'rate_limited',
      `${limits.concurrent} of your submissions to this bounty are waiting or running, which is the most at a time. Wait for one to finish.`,
    );
  }
  if (count.counted >= limits.perDay) {
    throw new Failure(
      'rate_limited',
      `You entered this bounty ${limits.perDay} times in 24 hours, which is the most. There is room again at ${when(count.counted_oldest)}.`,
    );
  }
  if (count.attempts >= limits.attemptsPerDay) {
    throw new Failure(
      'rate_limited',
      `You entered and withdrew ${limits.attemptsPerDay} times in 24 hours, which is the most. There is room again at ${when(count.attempts_oldest)}.`,
    );
  }
}

/** How many submissions the account may still enter for a bounty today, in the words of the limits. */
export async function readQuota(
  database: Database,
  bountyId: string,
  accountId: string,
): Promise<{ perDay: number; left: number; concurrent: number }> {
  const { counted } = await readCounts(database, bountyId, accountId);
  return { perDay: limits.perDay, left: Math.max(0, limits.perDay - Number(counted)), concurrent: limits.concurrent };
}

async function readCounts(database: Database, bountyId: string, accountId: string): Promise<Counts> {
  const { rows } = await database.raw<{ rows: Counts[] }>(counts, [bountyId, accountId]);
  if (rows[0] === undefined) throw new Error('The counts of submissions gave no row');
  return rows[0];
}

type Counts = {
  active: bigint;
  counted: bigint;
  counted_oldest: Date | null;
  attempts: bigint;
  attempts_oldest: Date | null;
};

// A submission that failed had no verdict through a fault of ours: it is not counted. One that was scored counts even when withdrawn.
const counts = `
  with mine as (
    select state, created_at, state in ('queued', 'running', 'scored') or scored_at is not null as is_counted,
      created_at > clock_timestamp() - interval '24 hours' as is_recent
    from submissions where bounty_id = ? and account_id = ?
  )
  select count(*) filter (where state in ('queued', 'running')) as active,
    count(*) filter (where is_counted and is_recent) as counted, min(created_at) filter (where is_counted and is_recent) as counted_oldest,
    count(*) filter (where is_recent) as attempts, min(created_at) filter (where is_recent) as attempts_oldest
  from mine`;

function when(oldest: Date | null): string {
  return new Date((oldest?.getTime() ?? 0) + 86_400_000).toISOString();
}
