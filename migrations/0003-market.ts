import type { Knex } from 'knex';

/** Bounties with their metrics and cases, agents with their versions, submissions, executions and verdicts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create sequence bounty_code_numbers;
    create sequence agent_code_numbers;

    create table bounties (
      id uuid primary key default new_id(),
      code text not null unique,
      workspace_id uuid not null references workspaces(id),
      poster_account_id uuid not null references accounts(id),
      title text not null check (length(title) between 1 and 150),
      brief text not null check (length(brief) <= 20000),
      reward_minor bigint not null check (reward_minor > 0 and reward_minor <= 9007199254740991),
      currency char(3) not null check (currency ~ '^[A-Z]{3}$'),
      deadline timestamptz not null,
      mode text not null check (mode in ('winner','places','split','each')),
      settings jsonb not null default '{}',
      state text not null default 'draft' check (state in ('draft','funding','open','reviewing','awarded','cancelled')),
      version bigint not null default 1,
      created_at timestamptz not null default clock_timestamp(),
      opened_at timestamptz,
      closed_at timestamptz,
      ended_at timestamptz
    );
    create index bounties_board on bounties(state, created_at desc, id);
    create index bounties_workspace on bounties(workspace_id, created_at desc);
    create index bounties_due on bounties(deadline) where state = 'open';

    create table bounty_metrics (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      position int not null,
      kind text not null check (kind in ('exact','json_schema','numeric','regex','set_f1','script','judge')),
      weight numeric not null default 1 check (weight >= 0),
      pass_at numeric not null default 1 check (pass_at between 0 and 1),
      settings jsonb not null default '{}',
      unique (bounty_id, position)
    );

    create table bounty_cases (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      position int not null,
      visibility text not null check (visibility in ('public','private')),
      input jsonb not null,
      expected jsonb,
      unique (bounty_id, position)
    );

    -- Who said they compete; a submission enters by itself.
    create table entries (
      bounty_id uuid not null references bounties(id),
      account_id uuid not null references accounts(id),
      created_at timestamptz not null default clock_timestamp(),
      primary key (bounty_id, account_id)
    );

    create table agent_uploads (
      id uuid primary key default new_id(),
      code text not null unique,
      owner_account_id uuid not null references accounts(id),
      name text not null check (length(name) between 1 and 60),
      kind text not null check (kind in ('full_code','low_code','no_code')),
      created_at timestamptz not null default clock_timestamp(),
      hidden_at timestamptz
    );
    create index agent_uploads_owner on agent_uploads(owner_account_id, created_at desc);

    -- Immutable: source is what the author sent, code what runs in the sandbox.
    create table agent_versions (
      id uuid primary key default new_id(),
      agent_upload_id uuid not null references agent_uploads(id),
      number int not null check (number > 0),
      language text not null check (language in ('js','ts','manifest')),
      source text not null,
      code text not null,
      content_hash bytea not null,
      created_at timestamptz not null default clock_timestamp(),
      unique (agent_upload_id, number)
    );

    create function forbid_change() returns trigger language plpgsql as $$
    begin raise exception '% rows are never changed: % refused', tg_table_name, tg_op using errcode = 'QA001'; end $$;
    create trigger agent_versions_immutable before update or delete on agent_versions for each row execute function forbid_change();

    create table submissions (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      agent_upload_id uuid not null references agent_uploads(id),
      agent_version_id uuid not null references agent_versions(id),
      account_id uuid not null references accounts(id),
      state text not null default 'queued' check (state in ('queued','running','scored','failed','withdrawn')),
      score numeric,
      passed boolean,
      verdict jsonb,
      created_at timestamptz not null default clock_timestamp(),
      scored_at timestamptz,
      rejected_at timestamptz,
      rejected_reason text check (length(rejected_reason) between 1 and 1000),
      check ((rejected_at is null) = (rejected_reason is null))
    );
    create unique index submissions_once on submissions(bounty_id, agent_version_id) where state <> 'withdrawn';
    create index submissions_board on submissions(bounty_id, score desc nulls last, created_at);
    create index submissions_account on submissions(account_id, created_at desc);

    -- The truth about one run of one version on one case. lease_token is the fencing token: a result is stored only by its holder.
    create table agent_executions (
      id uuid primary key default new_id(),
      class text not null check (class in ('interactive','competition','rejudge')),
      account_id uuid not null references accounts(id),
      bounty_id uuid references bounties(id),
      submission_id uuid references submissions(id),
      case_id uuid references bounty_cases(id),
      agent_version_id uuid not null references agent_versions(id),
      input jsonb,
      seed bigint not null,
      clock_ms bigint not null,
      state text not null default 'queued' check (state in ('queued','running','succeeded','failed','timed_out','cancelled','errored')),
      attempt int not null default 0,
      attempts_max int not null default 5,
      run_at timestamptz not null default clock_timestamp(),
      lease_token uuid,
      lease_until timestamptz,
      outcome text,
      output text,
      partial text,
      error jsonb,
      cpu_ms double precision,
      wall_ms double precision,
      memory_peak_bytes bigint,
      created_at timestamptz not null default clock_timestamp(),
      started_at timestamptz,
      finished_at timestamptz,
      check ((state = 'running') = (lease_token is not null)),
      check (case_id is not null or input is not null)
    );
    create index agent_executions_due on agent_executions(class, run_at) where state = 'queued';
    create index agent_executions_leased on agent_executions(lease_until) where state = 'running';
    create index agent_executions_submission on agent_executions(submission_id, state);
    create index agent_executions_account on agent_executions(account_id, created_at desc);

    create table agent_run_logs (
      execution_id uuid not null references agent_executions(id),
      attempt int not null,
      seq int not null,
      level text not null,
      message text not null,
      at_ms double precision not null,
      primary key (execution_id, attempt, seq)
    );

    -- What the metrics said of one execution's output. One row an execution: scored once, whoever ran it.
    create table output_verifications (
      execution_id uuid primary key references agent_executions(id),
      submission_id uuid references submissions(id),
      scores jsonb not null,
      created_at timestamptz not null default clock_timestamp()
    );
    create index output_verifications_submission on output_verifications(submission_id);

    -- One metric's score of one submission, for boards, charts and "why".
    create table quality_metrics (
      submission_id uuid not null references submissions(id),
      metric_id uuid not null references bounty_metrics(id),
      kind text not null,
      score numeric,
      passed boolean not null,
      reason text not null,
      primary key (submission_id, metric_id)
    );

    -- The card of a bounty in a chat, kept true: the bot that holds the lease draws it when drawn_version < the bounty's version.
    create table chat_cards (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      chat_home_id uuid not null references chat_homes(id),
      channel_id text not null,
      message_ref text,
      thread_ref text,
      drawn_version bigint not null default 0,
      lease_token uuid,
      lease_until timestamptz,
      attempts int not null default 0,
      failed_reason text,
      created_at timestamptz not null default clock_timestamp(),
      unique (bounty_id, chat_home_id)
    );
  `);
}

/** Drops what up() made, children first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table chat_cards, quality_metrics, output_verifications, agent_run_logs, agent_executions, submissions, agent_versions,
      agent_uploads, entries, bounty_cases, bounty_metrics, bounties;
    drop function forbid_change(); drop sequence bounty_code_numbers, agent_code_numbers`);
}
