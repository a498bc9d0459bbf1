import type { Knex } from 'knex';

/** People, tenants, and the keys that let programs act for them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Time-ordered ids where the server has them (PostgreSQL 18), random ones before.
    do $$ begin
      if exists (select 1 from pg_proc where proname = 'uuidv7') then
        create function new_id() returns uuid language sql volatile as 'select uuidv7()';
      else
        create function new_id() returns uuid language sql volatile as 'select gen_random_uuid()';
      end if;
    end $$;

    create table accounts (
      id uuid primary key default new_id(),
      display_name text not null check (length(display_name) between 1 and 80),
      is_platform_admin boolean not null default false,
      created_at timestamptz not null default clock_timestamp()
    );

    -- One chat user, e-mail or passkey belongs to one account. external_id for Slack is "<team>:<user>".
    create table identities (
      id uuid primary key default new_id(),
      account_id uuid not null references accounts(id),
      provider text not null check (provider in ('slack','discord','github','email','passkey')),
      external_id text not null,
      display_name text,
      created_at timestamptz not null default clock_timestamp(),
      unique (provider, external_id)
    );
    create index identities_account on identities(account_id);

    create table workspaces (
      id uuid primary key default new_id(),
      slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{1,38}$'),
      name text not null check (length(name) between 1 and 80),
      default_role text not null default 'poster' check (default_role in ('poster','developer')),
      created_at timestamptz not null default clock_timestamp()
    );

    create table members (
      workspace_id uuid not null references workspaces(id),
      account_id uuid not null references accounts(id),
      role text not null check (role in ('owner','admin','moderator','poster','developer')),
      created_at timestamptz not null default clock_timestamp(),
      primary key (workspace_id, account_id)
    );
    create index members_account on members(account_id);

    -- Where a workspace lives in chat: a Slack team or a Discord guild, and the channel its cards go to.
    create table chat_homes (
      id uuid primary key default new_id(),
      workspace_id uuid not null references workspaces(id),
      surface text not null check (surface in ('slack','discord')),
      external_id text not null,
      channel_id text,
      -- 'own': cards of this workspace's bounties; 'all': of every public bounty, for communities that compete.
      follows text not null default 'own' check (follows in ('own','all')),
      bot_token_sealed text,
      created_at timestamptz not null default clock_timestamp(),
      unique (surface, external_id)
    );

    -- kind: secret acts for an account, publishable reads public data from listed origins, service lets a bot exchange tokens.
    create table api_keys (
      id uuid primary key default new_id(),
      kind text not null check (kind in ('secret','publishable','service')),
      hash bytea not null unique,
      hint text not null,
      name text not null,
      account_id uuid references accounts(id),
      workspace_id uuid references workspaces(id),
      surface text check (surface in ('slack','discord')),
      origins text[] not null default '{}',
      created_at timestamptz not null default clock_timestamp(),
      last_used_at timestamptz,
      revoked_at timestamptz,
      check ((kind = 'secret') = (account_id is not null)),
      check (kind <> 'publishable' or workspace_id is not null),
      check ((kind = 'service') = (surface is not null))
    );

    -- Ed25519 signing keys; the newest signs, all public halves are in the JWKS until they are retired.
    create table signing_keys (
      kid text primary key,
      purpose text not null check (purpose in ('access','receipt')),
      public_jwk jsonb not null,
      private_jwk_sealed text not null,
      created_at timestamptz not null default clock_timestamp(),
      retired_at timestamptz
    );
  `);
}

/** Drops what up() made, children first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table signing_keys, api_keys, chat_homes, members, workspaces, identities, accounts; drop function new_id()',
  );
}
