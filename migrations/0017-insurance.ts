import type { Knex } from 'knex';

/** Cover for bounties that nothing passes, sold by a pool of its own in each currency; and payouts that are no award's. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Locked by whoever sells cover or takes from the pool, so that two cannot both rely on the same money. The balance is the ledger's.
    create table insurance_pools (currency char(3) primary key);

    -- One cover of one payment. reserved: its checkout is open; open: paid for; paid: the compensation is owed to who funded; ended: it pays
    -- nothing any more, and outcome says why (see api/insurance/cover.ts).
    create table covers (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      checkout_id uuid not null unique references checkouts(id),
      workspace_id uuid not null references workspaces(id),
      account_id uuid not null references accounts(id),
      currency char(3) not null,
      premium_minor bigint not null check (premium_minor > 0),
      cover_minor bigint not null check (cover_minor > 0),
      state text not null default 'reserved' check (state in ('reserved','open','paid','ended')),
      outcome text,
      created_at timestamptz not null default clock_timestamp(),
      opened_at timestamptz,
      decided_at timestamptz,
      check ((state in ('paid','ended')) = (decided_at is not null)),
      check ((state = 'ended') = (outcome is not null))
    );
    create unique index covers_one_standing on covers(bounty_id) where state in ('reserved','open');
    create index covers_standing on covers(currency, workspace_id) where state in ('reserved','open');
    create index covers_workspace on covers(workspace_id, decided_at) where state = 'paid';

    -- What of the premium went back, or was taken by a lost chargeback.
    alter table ledger.holds add column premium_refunded_minor bigint not null default 0,
      add check (premium_refunded_minor between 0 and premium_minor);

    -- An award is paid from the payment that funded it; a compensation and an affiliate's share come from our balance.
    alter table payouts alter column bounty_id drop not null,
      add column purpose text not null default 'award' check (purpose in ('award','cover','affiliate')),
      add constraint payouts_of_a_bounty check (bounty_id is not null or purpose = 'affiliate');
  `);
}

/** Drops what up() made; payouts that are of no bounty must be gone. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payouts drop constraint payouts_of_a_bounty, drop column purpose, alter column bounty_id set not null;
    alter table ledger.holds drop column premium_refunded_minor;
    drop table covers, insurance_pools;
  `);
}
