import type { Knex } from 'knex';

/**
 * A workspace's prepaid balance and its card on file. Payments into a wallet are rows of their own; what goes back to them is a refund
 * like any other. A bounty may be paid from three sources.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- wallet: what a workspace has paid in and not spent. wallet_refund_payable: taken out of it and on its way back to who paid.
    insert into ledger.chart values ('wallet', -1, 0, true), ('wallet_refund_payable', -1, 0, true);

    -- As the trigger settlement_stop of 0009: what leaves a wallet waits too.
    create trigger settlement_stop_withdrawals before insert on ledger.transfers for each row when (new.kind = 'withdraw')
      execute function ledger.refuse_stopped();

    -- Stripe's customer of a workspace, one for whatever it buys.
    create table stripe_customers (
      workspace_id uuid primary key references workspaces(id),
      customer_id text not null unique,
      created_at timestamptz not null default clock_timestamp()
    );

    -- One row a workspace, locked by whoever spends or takes out. Of the card only what a person knows it by.
    create table wallets (
      workspace_id uuid primary key references workspaces(id),
      frozen_reason text,
      payment_method_id text unique,
      card_brand text,
      card_last4 text check (card_last4 ~ '^[0-9]{4}$'),
      card_exp_month smallint check (card_exp_month between 1 and 12),
      card_exp_year smallint,
      card_added_by uuid references accounts(id),
      card_added_at timestamptz,
      created_at timestamptz not null default clock_timestamp(),
      check ((payment_method_id is null) = (card_last4 is null))
    );

    -- One attempt to keep a card. 'creating' was written before Stripe was called.
    create table card_setups (
      id uuid primary key default new_id(),
      workspace_id uuid not null references workspaces(id),
      account_id uuid not null references accounts(id),
      state text not null default 'creating' check (state in ('creating','open','done','expired')),
      expires_at timestamptz not null,
      session_id text unique,
      url text,
      created_at timestamptz not null default clock_timestamp(),
      done_at timestamptz
    );
    create unique index card_setups_one_open on card_setups(workspace_id) where state in ('creating','open');

    -- One attempt to pay into a wallet.
    create table top_ups (
      id uuid primary key default new_id(),
      workspace_id uuid not null references workspaces(id),
      account_id uuid not null references accounts(id),
      state text not null default 'creating' check (state in ('creating','open','paid','expired')),
      amount_minor bigint not null check (amount_minor > 0),
      currency char(3) not null,
      expires_at timestamptz not null,
      session_id text unique,
      url text,
      payment_intent_id text unique,
      charge_id text unique,
      created_at timestamptz not null default clock_timestamp(),
      paid_at timestamptz
    );
    create index top_ups_workspace on top_ups(workspace_id, paid_at desc);
    create unique index top_ups_one_open on top_ups(workspace_id, account_id, amount_minor, currency) where state in ('creating','open');

    -- A refund is of a bounty's payment, or of a payment into a wallet.
    alter table refunds alter column bounty_id drop not null, alter column checkout_id drop not null,
      add column top_up_id uuid references top_ups(id),
      add constraint refunds_of_one_payment check ((checkout_id is null) = (top_up_id is not null) and (bounty_id is null) = (checkout_id is null));
    create index refunds_top_up on refunds(top_up_id) where top_up_id is not null;

    -- So is a chargeback.
    alter table chargebacks alter column bounty_id drop not null, alter column checkout_id drop not null,
      add column top_up_id uuid references top_ups(id),
      add constraint chargebacks_of_one_payment check ((checkout_id is null) = (top_up_id is not null) and (bounty_id is null) = (checkout_id is null));
    create index chargebacks_top_up on chargebacks(top_up_id) where top_up_id is not null;

    -- Where the money of a bounty's payment comes from: a page of Stripe's, the workspace's balance, or its card on file.
    alter table checkouts add column source text not null default 'checkout' check (source in ('checkout','wallet','card')),
      add constraint checkouts_wallet_at_once check (source <> 'wallet' or (state = 'paid' and payment_intent_id is null));
  `);
}

/** Drops what up() made; only while no wallet was ever used, because accounts of the ledger cannot be taken back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from refunds where checkout_id is null;
    delete from chargebacks where checkout_id is null;
    alter table checkouts drop constraint checkouts_wallet_at_once, drop column source;
    alter table chargebacks drop constraint chargebacks_of_one_payment, drop column top_up_id,
      alter column bounty_id set not null, alter column checkout_id set not null;
    alter table refunds drop constraint refunds_of_one_payment, drop column top_up_id,
      alter column bounty_id set not null, alter column checkout_id set not null;
    drop table top_ups, card_setups, wallets, stripe_customers;
    drop trigger settlement_stop_withdrawals on ledger.transfers;
    drop trigger append_only on ledger.chart;
    delete from ledger.chart where kind in ('wallet', 'wallet_refund_payable');
    create trigger append_only before update or delete on ledger.chart for each row execute function ledger.forbid();
  `);
}
