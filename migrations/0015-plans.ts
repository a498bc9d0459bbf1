import type { Knex } from 'knex';

/** Plans of workspaces: what was given without a card, and what Stripe says of subscriptions, invoices and the asking that led to them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What a workspace has without paying by card: an agreement by an admin, or what it had before there were plans (granted_by is null).
    create table plan_grants (
      workspace_id uuid primary key references workspaces(id),
      plan text not null check (plan in ('pro','enterprise')),
      addons text[] not null default '{}',
      reason text not null check (length(reason) between 1 and 500),
      granted_by uuid references accounts(id),
      granted_at timestamptz not null default clock_timestamp()
    );
    insert into plan_grants (workspace_id, plan, addons, reason)
      select id, 'pro', '{custom_integrations}', 'It was here before there were plans, and keeps what it had.' from workspaces;

    -- Stripe's price of each thing that is sold; the lookup key names the figure, so that another figure is another price.
    create table plan_prices (
      lookup_key text primary key,
      price_id text not null unique
    );

    -- One attempt to subscribe. 'creating' was written before Stripe was called; there is at most one open page a workspace.
    create table plan_checkouts (
      id uuid primary key default new_id(),
      workspace_id uuid not null references workspaces(id),
      account_id uuid not null references accounts(id),
      state text not null default 'creating' check (state in ('creating','open','paid','expired')),
      addons text[] not null default '{}',
      due_minor bigint not null check (due_minor > 0),
      currency char(3) not null,
      expires_at timestamptz not null,
      session_id text unique,
      url text,
      created_at timestamptz not null default clock_timestamp()
    );
    create unique index plan_checkouts_one_open on plan_checkouts(workspace_id) where state in ('creating','open');

    -- One change of what a subscription has, with the figures that were confirmed. 'asked' was written before Stripe was called.
    create table plan_changes (
      id uuid primary key default new_id(),
      workspace_id uuid not null references workspaces(id),
      account_id uuid not null references accounts(id),
      subscription_id text not null,
      addons text[] not null,
      proration_at timestamptz not null,
      due_minor bigint not null,
      state text not null default 'asked' check (state in ('asked','done','refused')),
      problem text,
      created_at timestamptz not null default clock_timestamp()
    );
    create index plan_changes_workspace on plan_changes(workspace_id, created_at desc);

    -- A subscription as Stripe last said it is. read_at is when it was asked for: an older answer never replaces a newer one.
    create table subscriptions (
      id text primary key,
      workspace_id uuid not null references workspaces(id),
      status text not null,
      plan text check (plan in ('pro')),
      addons text[] not null default '{}',
      cancels_at timestamptz,
      period_start timestamptz,
      period_end timestamptz,
      past_due_since timestamptz,
      ended_at timestamptz,
      created_at timestamptz not null,
      read_at timestamptz not null
    );
    create index subscriptions_workspace on subscriptions(workspace_id, created_at desc);
    create index subscriptions_past_due on subscriptions(past_due_since) where past_due_since is not null;

    -- An invoice as Stripe last said it is; the payment is there once there is one.
    create table plan_invoices (
      id text primary key,
      workspace_id uuid not null references workspaces(id),
      subscription_id text not null,
      number text,
      status text not null,
      reason text,
      currency char(3) not null,
      total_minor bigint not null,
      paid_minor bigint not null,
      refunded_minor bigint not null default 0,
      period_start timestamptz not null,
      period_end timestamptz not null,
      payment_intent_id text unique,
      charge_id text unique,
      page_url text,
      pdf_url text,
      created_at timestamptz not null,
      read_at timestamptz not null
    );
    create index plan_invoices_workspace on plan_invoices(workspace_id, created_at desc);

    -- What a workspace was told of a payment that failed: once each for one failure.
    create table plan_reminders (
      subscription_id text not null references subscriptions(id),
      past_due_since timestamptz not null,
      stage text not null check (stage in ('start','middle','end','over')),
      told_at timestamptz not null default clock_timestamp(),
      primary key (subscription_id, past_due_since, stage)
    );
  `);
}

/** Drops what up() made, children first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table plan_reminders, plan_invoices, subscriptions, plan_changes, plan_checkouts, plan_prices, plan_grants',
  );
}
