import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { feeOf } from '../../../api/ledger/fee.ts';
import { countRows } from './count-rows.ts';
import type { Database } from '../../../api/platform/database.ts';
import { currency, rewardMinor, type Contender } from './contender.ts';
import { makeTables } from './make-tables.ts';

/**
 * The least that can be sent: each transaction is one prepared statement, in which every table is written, over the tables of
 * open-plain.ts. It knows the ids of cash and fees, trusts that the bounty is new and that nobody else moves it, and checks nothing.
 */
export async function openTuned(pool: pg.Pool, database: Database): Promise<Contender> {
  await makeTables(pool, 'tuned');
  const { rows } = await pool.query<{ id: bigint }>(
    `insert into tuned.accounts (code, kind, currency) values ('cash', 'cash', $1), ('fees', 'fees', $1) returning id`,
    [currency],
  );
  const [cash, fees] = rows.map(({ id }) => String(id));
  await pool.query('insert into tuned.balances (account_id) select id from tuned.accounts');
  const fee = feeOf(rewardMinor);
  return {
    async bounty() {
      const [bountyId, accountId] = [randomUUID(), randomUUID()];
      await pool.query({
        name: 'tuned-fund',
        text: fundText,
        values: [`fund:${bountyId}`, randomBytes(32), bountyId, `pi_${bountyId}`, currency, cash, rewardMinor, fee],
      });
      await pool.query({
        name: 'tuned-release',
        text: releaseText,
        values: [`award:${bountyId}`, randomBytes(32), bountyId, accountId, currency, fees, rewardMinor, fee],
      });
    },
    rows: () => countRows(database, 'tuned'),
  };
}

const fundText = `
  with t as (insert into tuned.transfers (key, request_hash, kind, bounty_id, external_ref) values ($1, $2, 'fund', $3, $4) returning id),
  a as (insert into tuned.accounts (code, kind, currency) values ('held:' || $3::uuid, 'held', $5), ('fee_held:' || $3::uuid, 'fee_held', $5) returning id, kind),
  e as (insert into tuned.entries (transfer_id, account_id, currency, amount_minor)
    select t.id, $6::bigint, $5, $7::bigint + $8::bigint from t
    union all select t.id, a.id, $5, case a.kind when 'held' then -$7::bigint else -$8::bigint end from t, a),
  b as (insert into tuned.balances (account_id, balance_minor, entries) select id, case kind when 'held' then $7::bigint else $8::bigint end, 1 from a)
  insert into tuned.holds (bounty_id, currency, funded_minor, fee_funded_minor) values ($3, $5, $7, $8)`;

const releaseText = `
  with t as (insert into tuned.transfers (key, request_hash, kind, bounty_id) values ($1, $2, 'release', $3) returning id),
  p as (insert into tuned.accounts (code, kind, currency) values ('payable:' || $4::uuid, 'payable', $5) returning id, kind),
  a as (select id, kind from tuned.accounts where code in ('held:' || $3::uuid, 'fee_held:' || $3::uuid) and currency = $5),
  e as (insert into tuned.entries (transfer_id, account_id, currency, amount_minor)
    select t.id, $6::bigint, $5, -$8::bigint from t
    union all select t.id, l.id, $5, case l.kind when 'held' then $7::bigint when 'fee_held' then $8::bigint else -$7::bigint end
      from t, (select * from a union all select * from p) l),
  n as (insert into tuned.balances (account_id, balance_minor, entries) select id, $7::bigint, 1 from p),
  b as (update tuned.balances set balance_minor = balance_minor - case a.kind when 'held' then $7::bigint else $8::bigint end, entries = entries + 1
    from a where account_id = a.id)
  update tuned.holds set released_minor = released_minor + $7::bigint, fee_earned_minor = fee_earned_minor + $8::bigint where bounty_id = $3`;
