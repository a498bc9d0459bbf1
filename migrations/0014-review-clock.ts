import type { Knex } from 'knex';

/** A bounty is decided by the clock when its poster does not; an award is confirmed as it was previewed; people say where they are paid. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- How long after the deadline its poster decides; then the best passing submission is paid, or everything goes back.
    alter table bounties add column review_days smallint not null default 7 check (review_days >= 1),
      add column review_reminded_at timestamptz;
    -- Nobody was told of a clock before: what is in review has seven days from now on, and its poster is reminded.
    update bounties set review_days = 7 + greatest(0, ceil(extract(epoch from clock_timestamp() - deadline) / 86400)) where state = 'reviewing';
    create index bounties_to_decide on bounties(deadline) where state = 'reviewing';

    -- What somebody was shown before they award: confirming it does just that, or nothing. Kept for a day.
    create table award_previews (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      account_id uuid not null references accounts(id),
      choices jsonb not null,
      figures text not null,
      created_at timestamptz not null default clock_timestamp()
    );
    create index award_previews_created on award_previews(created_at);

    -- Where a competitor has said that they live, also where nobody can be paid; a payee's own country is in payees.
    alter table accounts add column payout_country char(2) check (payout_country ~ '^[A-Z]{2}$');
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table accounts drop column payout_country;
    drop table award_previews;
    drop index bounties_to_decide;
    alter table bounties drop column review_days, drop column review_reminded_at;
  `);
}
