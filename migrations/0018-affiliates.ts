import type { Knex } from 'knex';

/** Who invited whom, and what of an affiliate's shares has to come back. The shares themselves are in the ledger. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table affiliate_codes (
      code text primary key check (code ~ '^[2-9A-HJ-NP-TV-Z]{8}$'),
      account_id uuid not null unique references accounts(id),
      created_at timestamptz not null default clock_timestamp()
    );

    -- One account is invited once, for good: the first code counts.
    create table invitations (
      account_id uuid primary key references accounts(id),
      affiliate_account_id uuid not null references affiliate_codes(account_id),
      accepted_at timestamptz not null default clock_timestamp(),
      ends_at timestamptz not null,
      check (account_id <> affiliate_account_id)
    );
    create index invitations_affiliate on invitations(affiliate_account_id);

    -- What of the shares of a bounty has to come back because its payment was charged back and lost; taken as the affiliate has it.
    create table affiliate_reversals (
      chargeback_id text primary key references chargebacks(id),
      account_id uuid not null references affiliate_codes(account_id),
      bounty_id uuid not null references bounties(id),
      currency char(3) not null,
      due_minor bigint not null check (due_minor >= 0),
      taken_minor bigint not null default 0 check (taken_minor between 0 and due_minor),
      created_at timestamptz not null default clock_timestamp()
    );
    create index affiliate_reversals_left on affiliate_reversals(account_id, currency) where taken_minor < due_minor;
  `);
}

/** Drops what up() made, children first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table affiliate_reversals, invitations, affiliate_codes');
}
