import type { Knex } from 'knex';

/** What is asked of Stripe and what it says: an intent row before every call, every webhook as it came, and the tasks that carry them out. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One attempt to pay for a bounty. 'creating' was written before Stripe was called.
    create table checkouts (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      account_id uuid not null references accounts(id),
      state text not null default 'creating' check (state in ('creating','open','paid','expired')),
      reward_minor bigint not null,
      fee_minor bigint not null,
      premium_minor bigint not null default 0,
      total_minor bigint not null check (total_minor = reward_minor + fee_minor + premium_minor),
      currency char(3) not null,
      expires_at timestamptz not null,
      session_id text unique,
      url text,
      payment_intent_id text unique,
      charge_id text,
      created_at timestamptz not null default clock_timestamp(),
      paid_at timestamptz
    );
    create unique index checkouts_one_open on checkouts(bounty_id) where state in ('creating','open');

    create table payees (
      account_id uuid primary key references accounts(id),
      stripe_account_id text unique,
      country char(2) not null check (country ~ '^[A-Z]{2}$'),
      state text not null default 'pending' check (state in ('pending','active','restricted')),
      created_at timestamptz not null default clock_timestamp(),
      active_at timestamptz,
      checked_at timestamptz not null default clock_timestamp()
    );

    -- refusals: how often Stripe refused for good; it is part of the idempotency key, because a refusal is kept under the old one.
    create table payouts (
      id uuid primary key default new_id(),
      key text not null unique,
      account_id uuid not null references accounts(id),
      bounty_id uuid not null references bounties(id),
      amount_minor bigint not null check (amount_minor > 0),
      currency char(3) not null,
      state text not null default 'waiting' check (state in ('waiting','due','sent','failed')),
      transfer_id text unique,
      reversed_minor bigint not null default 0 check (reversed_minor between 0 and amount_minor),
      refusals int not null default 0,
      problem text,
      created_at timestamptz not null default clock_timestamp(),
      sent_at timestamptz
    );
    create index payouts_account on payouts(account_id, created_at desc);

    create table refunds (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      checkout_id uuid not null references checkouts(id),
      amount_minor bigint not null check (amount_minor > 0),
      currency char(3) not null,
      state text not null default 'due' check (state in ('due','sent','failed')),
      refund_id text unique,
      refusals int not null default 0,
      problem text,
      created_at timestamptz not null default clock_timestamp(),
      sent_at timestamptz
    );
    create index refunds_bounty on refunds(bounty_id);

    -- Every webhook, as it came; its id is what makes a repetition harmless, so rows stay.
    create table stripe_events (
      id text primary key,
      type text not null,
      object_id text,
      livemode boolean not null,
      payload jsonb not null,
      received_at timestamptz not null default clock_timestamp(),
      applied_at timestamptz
    );

    -- Chargebacks of payments. While one is open, and when it is lost, the bounty's money is frozen.
    create table chargebacks (
      id text primary key,
      checkout_id uuid not null references checkouts(id),
      bounty_id uuid not null references bounties(id),
      amount_minor bigint not null check (amount_minor > 0),
      currency char(3) not null,
      reason text,
      state text not null check (state in ('open','won','lost')),
      created_at timestamptz not null default clock_timestamp(),
      closed_at timestamptz
    );
    create index chargebacks_bounty on chargebacks(bounty_id);

    -- How far Stripe's list of events was read, so that a webhook that never came is a delay. One row.
    create table payment_sweep (
      only_row boolean primary key default true check (only_row),
      swept_at timestamptz not null default '-infinity',
      events_until timestamptz not null default clock_timestamp()
    );
    insert into payment_sweep default values;

    -- What is to be done with Stripe, at least once, each by the holder of the lease.
    create table payment_tasks (
      id bigint generated always as identity primary key,
      topic text not null check (topic in ('apply_event','send_payout','send_refund')),
      dedupe_key text not null unique,
      subject text not null,
      state text not null default 'pending' check (state in ('pending','leased','done','dead')),
      attempt int not null default 0,
      run_at timestamptz not null default clock_timestamp(),
      first_attempt_at timestamptz,
      lease_token uuid,
      lease_until timestamptz,
      last_error text,
      created_at timestamptz not null default clock_timestamp(),
      done_at timestamptz
    );
    create index payment_tasks_due on payment_tasks(run_at) where state in ('pending','leased');
  `);
}

/** Drops what up() made, children first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table payment_tasks, payment_sweep, chargebacks, stripe_events, refunds, payouts, payees, checkouts',
  );
}
