import type { Knex } from 'knex';

/** Who may spend how much of a team's money in a month, who must agree to more, and what was asked of them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Above this, a second person must agree. No row: nobody must.
    create table approval_rules (
      workspace_id uuid not null references workspaces(id),
      currency char(3) not null,
      approval_above_minor bigint not null check (approval_above_minor >= 0),
      set_by uuid not null references accounts(id),
      set_at timestamptz not null default clock_timestamp(),
      primary key (workspace_id, currency)
    );

    -- What a member, or everybody of a role, may spend in a calendar month (UTC). The member's own wins; see api/wallets/find-limits.ts
    -- for what holds where there is none.
    create table spend_limits (
      id uuid primary key default new_id(),
      workspace_id uuid not null references workspaces(id),
      currency char(3) not null,
      account_id uuid references accounts(id),
      role text check (role in ('owner','admin','moderator','poster')),
      monthly_minor bigint not null check (monthly_minor >= 0),
      set_by uuid not null references accounts(id),
      set_at timestamptz not null default clock_timestamp(),
      check ((account_id is null) <> (role is null))
    );
    create unique index spend_limits_member on spend_limits(workspace_id, currency, account_id) where account_id is not null;
    create unique index spend_limits_role on spend_limits(workspace_id, currency, role) where role is not null;

    create table approvers (
      workspace_id uuid not null references workspaces(id),
      account_id uuid not null references accounts(id),
      added_by uuid not null references accounts(id),
      added_at timestamptz not null default clock_timestamp(),
      primary key (workspace_id, account_id)
    );

    -- A funding that waits for a second person, with the figures they are asked to agree to.
    create table funding_requests (
      id uuid primary key default new_id(),
      workspace_id uuid not null references workspaces(id),
      bounty_id uuid not null references bounties(id),
      requester_id uuid not null references accounts(id),
      source text not null check (source in ('wallet','card')),
      reward_minor bigint not null,
      fee_minor bigint not null,
      premium_minor bigint not null,
      total_minor bigint not null check (total_minor = reward_minor + fee_minor + premium_minor),
      currency char(3) not null,
      state text not null default 'pending' check (state in ('pending','approved','declined','expired','void')),
      expires_at timestamptz not null,
      decided_by uuid references accounts(id),
      decided_at timestamptz,
      -- Why it was declined or void, or what became of an approved one whose card did not pay.
      reason text,
      created_at timestamptz not null default clock_timestamp(),
      check ((state = 'pending') = (decided_at is null)),
      check (decided_by is distinct from requester_id or state <> 'approved')
    );
    create unique index funding_requests_one_pending on funding_requests(bounty_id) where state = 'pending';
    create index funding_requests_workspace on funding_requests(workspace_id, created_at desc);
    create index funding_requests_expiry on funding_requests(expires_at) where state = 'pending';

    -- The request a payment was approved by; the card it is charged to, so that a try again asks for the very same.
    alter table checkouts add column request_id uuid unique references funding_requests(id), add column payment_method_id text,
      add constraint checkouts_card check ((source = 'card') = (payment_method_id is not null));
    create index checkouts_of_team on checkouts(account_id, created_at) where source <> 'checkout';

    -- Refunds of one taking out belong together.
    alter table refunds add column withdrawal_id uuid, add constraint refunds_withdrawal check ((withdrawal_id is null) = (top_up_id is null));
    create index refunds_withdrawal_id on refunds(withdrawal_id) where withdrawal_id is not null;
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table refunds drop column withdrawal_id;
    alter table checkouts drop constraint checkouts_card, drop column request_id, drop column payment_method_id;
    drop index checkouts_of_team;
    drop table funding_requests, approvers, spend_limits, approval_rules;
  `);
}
