import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Database } from '../../../api/platform/database.ts';
import { feeOf } from '../../../api/ledger/fee.ts';
import { countRows } from './count-rows.ts';
import { currency, rewardMinor, type Contender } from './contender.ts';
import { makeTables } from './make-tables.ts';

type Line = { code: string; kind: string; amount: bigint };

/**
 * What one would write without the ledger's function and triggers: one statement a table, all its rows in one, over the same driver.
 * Nothing checks that a transfer is balanced, sealed or covered.
 */
export async function openPlain(pool: pg.Pool, database: Database): Promise<Contender> {
  await makeTables(pool, 'plain');
  return {
    async bounty() {
      const [bountyId, accountId] = [randomUUID(), randomUUID()];
      await inTransaction(pool, (client) => fund(client, bountyId));
      await inTransaction(pool, (client) => release(client, bountyId, accountId));
    },
    rows: () => countRows(database, 'plain'),
  };
}

async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function fund(client: pg.PoolClient, bountyId: string): Promise<void> {
  const fee = feeOf(rewardMinor);
  await post(client, { key: `fund:${bountyId}`, kind: 'fund', bountyId, ref: `pi_${bountyId}` }, [
    { code: 'cash', kind: 'cash', amount: rewardMinor + fee },
    { code: `held:${bountyId}`, kind: 'held', amount: -rewardMinor },
    { code: `fee_held:${bountyId}`, kind: 'fee_held', amount: -fee },
  ]);
  await client.query(
    'insert into plain.holds (bounty_id, currency, funded_minor, fee_funded_minor) values ($1, $2, $3, $4)',
    [bountyId, currency, rewardMinor, fee],
  );
}

async function release(client: pg.PoolClient, bountyId: string, accountId: string): Promise<void> {
  const fee = feeOf(rewardMinor);
  await client.query('select * from plain.holds where bounty_id = $1 for update', [bountyId]);
  await post(client, { key: `award:${bountyId}`, kind: 'release', bountyId, ref: null }, [
    { code: `held:${bountyId}`, kind: 'held', amount: rewardMinor },
    { code: `payable:${accountId}`, kind: 'payable', amount: -rewardMinor },
    { code: `fee_held:${bountyId}`, kind: 'fee_held', amount: fee },
    { code: 'fees', kind: 'fees', amount: -fee },
  ]);
  await client.query(
    'update plain.holds set released_minor = released_minor + $2, fee_earned_minor = fee_earned_minor + $3 where bounty_id = $1',
    [bountyId, rewardMinor, fee],
  );
}

async function post(
  client: pg.PoolClient,
  transfer: { key: string; kind: string; bountyId: string; ref: string | null },
  lines: Line[],
): Promise<void> {
  const made = await client.query<{ id: string }>(
    'insert into plain.transfers (key, request_hash, kind, bounty_id, external_ref) values ($1, $2, $3, $4, $5) returning id',
    [transfer.key, randomBytes(32), transfer.kind, transfer.bountyId, transfer.ref],
  );
  const codes = lines.map(({ code }) => code);
  await client.query(
    `insert into plain.accounts (code, kind, currency) select code, kind, $3 from unnest($1::text[], $2::text[]) as line(code, kind)
     on conflict (code, currency) do nothing`,
    [codes, lines.map(({ kind }) => kind), currency],
  );
  await client.query(
    `insert into plain.entries (transfer_id, account_id, currency, amount_minor)
     select $1, a.id, a.currency, line.amount from unnest($2::text[], $3::bigint[]) as line(code, amount)
     join plain.accounts a on a.code = line.code and a.currency = $4 order by a.id`,
    [made.rows[0]?.id, codes, lines.map(({ amount }) => amount), currency],
  );
  // As in the ledger every account has a row, and those of everyone are left at zero: as kept ones they would be a bottleneck.
  await client.query(
    `insert into plain.balances as b (account_id, balance_minor, entries)
     select a.id, case when strpos(line.code, ':') > 0 then -line.amount else 0 end, case when strpos(line.code, ':') > 0 then 1 else 0 end
     from unnest($1::text[], $2::bigint[]) as line(code, amount) join plain.accounts a on a.code = line.code and a.currency = $3 order by a.id
     on conflict (account_id) do update set balance_minor = b.balance_minor + excluded.balance_minor, entries = b.entries + 1
     where excluded.entries > 0`,
    [codes, lines.map(({ amount }) => amount), currency],
  );
}
