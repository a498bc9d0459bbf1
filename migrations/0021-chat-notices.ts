import type { Knex } from 'knex';

/** What a bot is to tell one person in private, by itself. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The bot of the identity's chat claims a row with a lease and says when it told it. kind says which view draws the payload.
    create table chat_notices (
      id uuid primary key default new_id(),
      identity_id uuid not null references identities(id),
      kind text not null,
      payload jsonb not null,
      created_at timestamptz not null default clock_timestamp(),
      attempts int not null default 0,
      lease_token uuid,
      lease_until timestamptz,
      told_at timestamptz,
      failed_reason text
    );
    create index chat_notices_waiting on chat_notices(created_at) where told_at is null and failed_reason is null;
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table chat_notices');
}
