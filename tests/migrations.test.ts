import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import knexModule, { type Knex } from 'knex';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

const before = '0010-ledger-lookups.ts';
const name = `test_${randomUUID().replaceAll('-', '')}`;
const url = new URL(inject('postgresUrl'));
url.pathname = `/${name}`;
let knex: Knex;

async function admin(sql: string): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  await client.query(sql);
  await client.end();
}

beforeAll(async () => {
  await admin(`create database ${name}`);
  knex = knexModule({
    client: 'pg',
    connection: url.href,
    pool: { min: 0, max: 2 },
    migrations: {
      directory: join(import.meta.dirname, '../migrations'),
      extension: 'ts',
      loadExtensions: ['.ts'],
      tableName: 'schema_migrations',
    },
  });
});

afterAll(async () => {
  await knex.destroy();
  await admin(`drop database ${name} with (force)`);
});

const latest = async () => void (await knex.migrate.latest());

async function upTo(last: string): Promise<void> {
  for (;;) {
    const [, made] = (await knex.migrate.up()) as [number, string[]];
    if (made.length === 0 || made[0]?.endsWith(last)) return;
  }
}

async function downTo(last: string): Promise<void> {
  for (;;) {
    const [done] = (await knex.migrate.list()) as [{ name: string }[], unknown];
    if (done.at(-1)?.name === last) return;
    await knex.migrate.down();
  }
}

type Paid = { bounty: string; checkout: string };

it('keeps the money of bounties that were paid before there were several funders', async () => {
  await upTo(before);
  const [{ id: poster }] = await knex('accounts').insert({ display_name: 'Poster' }).returning('id');
  const [{ id: workspace }] = await knex('workspaces').insert({ slug: 'acme', name: 'Acme' }).returning('id');
  await knex('members').insert({ workspace_id: workspace, account_id: poster, role: 'owner' });

  const post = (
    kind: string,
    key: string,
    bounty: string,
    entries: Record<string, number>,
    ref: string | null = null,
  ) =>
    knex.raw('select * from ledger.post(?, ?, ?::jsonb, ?, null, ?)', [
      key,
      kind,
      JSON.stringify(
        Object.entries(entries).map(([code, amount]) => ({ code, currency: 'USD', amount: String(amount) })),
      ),
      bounty,
      ref,
    ]);
  const hold = (bounty: string, sums: Record<string, number | string>) =>
    knex('ledger.holds').insert({
      bounty_id: bounty,
      currency: 'USD',
      funded_minor: 10_000,
      fee_funded_minor: 1_500,
      ...sums,
    });
  let codes = 0;
  const bountyIn = async (state: string): Promise<string> => {
    codes += 1;
    const [{ id }] = await knex('bounties')
      .insert({
        code: `B-${codes}`,
        workspace_id: workspace,
        poster_account_id: poster,
        title: 'Sort the mail',
        brief: 'Sort it.',
        reward_minor: 10_000,
        currency: 'USD',
        deadline: knex.raw(`clock_timestamp() - interval '90 days'`),
        mode: 'winner',
        state,
      })
      .returning('id');
    return id;
  };
  const pay = async (bounty: string, kind: 'fund' | 'second_payment' = 'fund'): Promise<string> => {
    const [{ id }] = await knex('checkouts')
      .insert({
        bounty_id: bounty,
        account_id: poster,
        state: 'paid',
        reward_minor: 10_000,
        fee_minor: 1_500,
        total_minor: 11_500,
        currency: 'USD',
        expires_at: knex.fn.now(),
        paid_at: knex.raw('clock_timestamp()'),
      })
      .returning('id');
    const to =
      kind === 'fund'
        ? { [`held:${bounty}`]: -10_000, [`fee_held:${bounty}`]: -1_500 }
        : { [`refund_payable:${bounty}`]: -11_500 };
    await post(kind, kind === 'fund' ? `fund:${id}` : `second-payment:${id}`, bounty, { cash: 11_500, ...to });
    return id;
  };
  const funded = async (state: string, sums: Record<string, number | string> = {}): Promise<Paid> => {
    const bounty = await bountyIn(state);
    const checkout = await pay(bounty);
    await hold(bounty, sums);
    return { bounty, checkout };
  };
  const refund = (bounty: string, key: string, reward: number, fee: number) =>
    post('refund', key, bounty, {
      [`held:${bounty}`]: reward,
      [`fee_held:${bounty}`]: fee,
      [`refund_payable:${bounty}`]: -reward - fee,
    });
  const release = (bounty: string, reward: number, fee: number) =>
    post('release', `award:${bounty}`, bounty, {
      [`held:${bounty}`]: reward,
      [`payable:${poster}`]: -reward,
      [`fee_held:${bounty}`]: fee,
      fees: -fee,
    });

  const open = await funded('open');
  await pay(open.bounty, 'second_payment');
  const review = await funded('reviewing');
  const awarded = await funded('awarded', { released_minor: 10_000, fee_earned_minor: 1_500 });
  await release(awarded.bounty, 10_000, 1_500);
  await knex('payouts').insert({
    key: 'p1',
    account_id: poster,
    bounty_id: awarded.bounty,
    amount_minor: 10_000,
    currency: 'USD',
  });
  const partly = await funded('awarded', {
    released_minor: 3_333,
    fee_earned_minor: 500,
    refunded_minor: 6_667,
    fee_refunded_minor: 1_000,
  });
  await release(partly.bounty, 3_333, 500);
  await refund(partly.bounty, `award-rest:${partly.bounty}`, 6_667, 1_000);
  const disputed = await funded('open', {
    refunded_minor: 8_695,
    fee_refunded_minor: 1_305,
    frozen_reason: 'its payment was charged back',
  });
  await post('claw_back', 'claw-back:dp_1', disputed.bounty, {
    [`held:${disputed.bounty}`]: 8_695,
    [`fee_held:${disputed.bounty}`]: 1_305,
    disputes: -10_000,
  });
  await knex('chargebacks').insert({
    id: 'dp_1',
    checkout_id: disputed.checkout,
    bounty_id: disputed.bounty,
    amount_minor: 10_000,
    currency: 'USD',
    state: 'lost',
    clawed_back_minor: 10_000,
  });
  // Cancelled before its two payments came.
  const late = await bountyIn('cancelled');
  const first = await pay(late);
  await hold(late, {
    funded_minor: 20_000,
    fee_funded_minor: 3_000,
    refunded_minor: 20_000,
    fee_refunded_minor: 3_000,
  });
  await refund(late, 'late-1', 10_000, 1_500);
  const second = await pay(late);
  await refund(late, 'late-2', 10_000, 1_500);
  expect(await knex('ledger.violations')).toEqual([]);

  for (let time = 0; time < 2; time += 1) {
    await latest();
    expect(await knex('ledger.violations')).toEqual([]);
    const parts = await knex('ledger.parts').orderBy(['created_at', 'id']);
    expect(parts.map((part) => part.payment_id)).toEqual(
      [open, review, awarded, partly, disputed].map(({ checkout }) => checkout).concat(first, second),
    );
    expect(parts.map((part) => Number(part.released_minor))).toEqual([0, 0, 10_000, 3_333, 0, 0, 0]);
    expect(parts.map((part) => Number(part.refunded_minor))).toEqual([0, 0, 0, 6_667, 8_695, 10_000, 10_000]);
    expect(await knex('payouts').first()).toMatchObject({ checkout_id: awarded.checkout, purpose: 'award' });
    const { rows } = await knex.raw(
      `select deadline + review_days * interval '1 day' > clock_timestamp() + interval '7 days' as later from bounties where id = ?`,
      [review.bounty],
    );
    expect(rows).toEqual([{ later: true }]);
    await downTo(before);
    expect(await knex('ledger.violations')).toEqual([]);
  }
});

it('knows of what payments into a wallet the bounties were paid that were paid from it before that was kept', async () => {
  for (;;) {
    const [, pending] = (await knex.migrate.list()) as [unknown, { file: string }[]];
    if (pending[0]?.file === '0024-wallet-payments.ts') break;
    await knex.migrate.up();
  }
  const [{ id: account }] = await knex('accounts').insert({ display_name: 'Owner' }).returning('id');
  const [{ id: workspace }] = await knex('workspaces').insert({ slug: 'globex', name: 'Globex' }).returning('id');
  const paidIn = async (minor: number, daysAgo: number): Promise<string> => {
    const paidAt = knex.raw(`clock_timestamp() - ? * interval '1 day'`, [daysAgo]);
    const row = { workspace_id: workspace, account_id: account, state: 'paid', amount_minor: minor, currency: 'USD' };
    const [{ id }] = await knex('top_ups')
      .insert({ ...row, expires_at: paidAt, paid_at: paidAt })
      .returning('id');
    return id;
  };
  let codes = 100;
  const paidFrom = async (minor: number, back: number): Promise<string> => {
    codes += 1;
    const [{ id: bounty }] = await knex('bounties')
      .insert({
        code: `B-${codes}`,
        workspace_id: workspace,
        poster_account_id: account,
        title: 'Sort the mail',
        brief: 'Sort it.',
        reward_minor: minor,
        currency: 'USD',
        deadline: knex.raw(`clock_timestamp() + interval '1 day'`),
        mode: 'winner',
      })
      .returning('id');
    const [{ id }] = await knex('checkouts')
      .insert({
        bounty_id: bounty,
        account_id: account,
        source: 'wallet',
        state: 'paid',
        reward_minor: minor,
        fee_minor: 0,
        total_minor: minor,
        currency: 'USD',
        expires_at: knex.fn.now(),
        paid_at: knex.raw('clock_timestamp()'),
      })
      .returning('id');
    const refund = { bounty_id: bounty, checkout_id: id, amount_minor: back, currency: 'USD', state: 'sent' };
    if (back > 0) await knex('refunds').insert({ ...refund, sent_at: knex.fn.now() });
    return id;
  };
  const [newer, old] = [await paidIn(20_000, 1), await paidIn(10_000, 50)];
  const withdrawal = { withdrawal_id: randomUUID(), amount_minor: 2_000, currency: 'USD', state: 'sent' };
  await knex('refunds').insert({ ...withdrawal, top_up_id: old, sent_at: knex.fn.now() });
  const [first, second] = [await paidFrom(11_500, 1_500), await paidFrom(5_000, 0)];
  await paidFrom(3_000, 3_000);
  for (let time = 0; time < 2; time += 1) {
    await knex.migrate.up();
    const uses = await knex('wallet_uses').orderBy(['checkout_id', 'taken_minor']);
    const shown = uses.map((use) => [use.checkout_id, use.top_up_id, Number(use.taken_minor)]);
    expect(new Set(shown.map(String))).toEqual(
      new Set(
        [
          [first, old, 8_000],
          [first, newer, 2_000],
          [second, newer, 5_000],
        ].map(String),
      ),
    );
    await knex.migrate.down();
  }
});
