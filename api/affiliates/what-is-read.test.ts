import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, openPool } from '../platform/database.ts';
import { earn, useAffiliates, type Account } from './affiliate-fixture.ts';
import { payAffiliates } from './pay-affiliates.ts';

const { p, a } = useAffiliates();

let pool: ReturnType<typeof openPool>;
beforeAll(() => {
  // What one connection reads is all that is read by it.
  pool = openPool(p.t.url, { name: 'counted', max: 1, onError: () => undefined });
});
afterAll(() => pool.end());

/** Pays as on the second day of a later month; answers how many were asked for, and how many rows of the ledger were read for it. */
async function payAndCount(monthsLater: number): Promise<{ asked: number; read: number }> {
  const database = openDatabase(pool);
  const now = new Date();
  const nowMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + monthsLater, 2);
  const before = await countRead();
  const asked = await payAffiliates({ ...p.t.context, database, clock: { nowMs: () => nowMs } });
  const read = (await countRead()) - before;
  await database.destroy();
  return { asked, read };
}

async function countRead(): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_user_tables
     where schemaname = 'ledger' and relname in ('entries', 'transfers')`,
  );
  return rows[0].read;
}

it('an hour reads no share of who is not due, and a month reads none that was old enough the month before', async () => {
  const others: Account[] = [];
  for (let n = 0; n < 20; n += 1) others.push(await a.affiliate());
  const own = await a.affiliate();
  // Under the minimum, which is looked at each month again.
  for (const other of others) await earn(p.t.database, other.id, { shares: 100, amountMinor: 1, daysAgo: 200 });
  await earn(p.t.database, own.id, { shares: 3_000, amountMinor: 1, daysAgo: 200 });
  await p.t.database.raw('analyze');
  const first = await payAndCount(5);
  expect(first.asked).toBe(1);
  expect(first.read).toBeGreaterThan(5_000);
  expect(await payAndCount(5)).toEqual({ asked: 0, read: 0 });
  await a.award(await a.bountyOf(await a.invitedBy(own), { rewardMinor: 200_000 }));
  const next = await payAndCount(6);
  expect(next.asked).toBe(1);
  expect(next.read).toBeLessThan(200);
  expect(await a.balance(own)).toBe(0n);
});
