import type { Knex } from 'knex';

/** When an affiliate's shares are looked at next, what could not be done for one, and what finds rows that have had their day. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Once a month the shares of an affiliate in a currency are looked at. due_at: when next; null: nothing is there. No entry up to
    -- read_to was too young to be paid the last time, so that none of them is read again.
    create table affiliate_schedule (
      account_id uuid not null references affiliate_codes(account_id),
      currency char(3) not null,
      due_at timestamptz,
      read_to bigint not null default 0,
      primary key (account_id, currency)
    );
    create index affiliate_schedule_due on affiliate_schedule(due_at) where due_at is not null;
    insert into affiliate_schedule (account_id, currency, due_at)
      select split_part(a.code, ':', 2)::uuid, a.currency, clock_timestamp()
      from ledger.accounts a join ledger.balances b on b.account_id = a.id where a.kind = 'affiliate' and b.balance_minor > 0;

    -- A payout or a reversal that failed, until it is done. The admins are told when the row is made.
    create table affiliate_problems (
      topic text not null check (topic in ('affiliate_payout','affiliate_reversal')),
      subject text not null,
      problem text not null,
      times int not null default 1,
      first_at timestamptz not null default clock_timestamp(),
      last_at timestamptz not null default clock_timestamp(),
      primary key (topic, subject)
    );

    create index chargebacks_open on chargebacks(bounty_id) where state = 'open';

    create index chat_notices_age on chat_notices(created_at);
    create index integration_tokens_age on integration_tokens(created_at);
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index integration_tokens_age, chat_notices_age, chargebacks_open;
    drop table affiliate_problems, affiliate_schedule;
  `);
}
