import type { Knex } from 'knex';

/** What every capability stands on: events for live readers, answers kept by idempotency key, the job queue's table. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Every state change that somebody may watch. audience: 'public', or 'account' (only account_id sees it).
    create table events (
      seq bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      type text not null,
      audience text not null default 'public' check (audience in ('public','account')),
      account_id uuid,
      workspace_id uuid,
      bounty_id uuid,
      execution_id uuid,
      payload jsonb not null default '{}'
    );
    create index events_bounty on events(bounty_id, seq);
    create index events_execution on events(execution_id, seq);

    create function notify_event() returns trigger language plpgsql as $$
    begin perform pg_notify('quarry_events', new.seq::text); return null; end $$;
    create trigger events_notify after insert on events for each row execute function notify_event();

    create table idempotent_answers (
      account_id uuid not null,
      key text not null check (length(key) between 1 and 255),
      request_hash bytea not null,
      state text not null default 'running' check (state in ('running','done')),
      status int,
      body_sealed text,
      created_at timestamptz not null default clock_timestamp(),
      primary key (account_id, key)
    );
    create index idempotent_answers_age on idempotent_answers(created_at);

    -- Agenda's own table (@agendajs/postgres-backend 3.0.6, getCreateTableSQL), made here because parallel boots with
    -- ensureSchema crash. Agenda wakes workers; the rows of the capabilities are the truth.
    create table agenda_jobs (
      id uuid primary key default gen_random_uuid(),
      name varchar(255) not null,
      priority integer not null default 0,
      next_run_at timestamptz,
      type varchar(10) not null default 'normal' check (type in ('normal','single')),
      locked_at timestamptz,
      last_finished_at timestamptz,
      failed_at timestamptz,
      fail_count integer,
      fail_reason text,
      repeat_timezone varchar(100),
      last_run_at timestamptz,
      repeat_interval varchar(255),
      data jsonb default '{}',
      repeat_at varchar(255),
      disabled boolean default false,
      progress real,
      fork boolean default false,
      last_modified_by varchar(255),
      debounce_started_at timestamptz,
      start_date timestamptz,
      end_date timestamptz,
      skip_days jsonb,
      created_at timestamptz default now(),
      updated_at timestamptz default now()
    );
    create index agenda_jobs_find_and_lock_idx on agenda_jobs(name, next_run_at, priority desc, locked_at, disabled) where disabled = false;
    create unique index agenda_jobs_single_job_idx on agenda_jobs(name) where type = 'single';
    create index agenda_jobs_locked_at_idx on agenda_jobs(locked_at) where locked_at is not null;
    create index agenda_jobs_next_run_at_idx on agenda_jobs(next_run_at) where next_run_at is not null;
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table agenda_jobs, idempotent_answers, events; drop function notify_event()');
}
