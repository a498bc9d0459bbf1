import type { Knex } from 'knex';

/** Agents of several files and their forks; tools, connectors and what they were asked; replays, metering, fair shares and flags. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- licence 'private': the source is the owner's alone. Every other is public and may be forked under its terms.
    alter table agent_uploads
      add column licence text not null default 'private' check (licence in ('private','MIT','Apache-2.0','CC0-1.0')),
      add column ceilings jsonb not null default '{}';

    -- files: every file of an upload of several, by name; source is then the entry's. form: what a no-code agent was filled in with.
    alter table agent_versions
      add column files jsonb,
      add column form jsonb;

    -- A fork and the version it began as. Rows stay when either side goes.
    create table agent_forks (
      agent_upload_id uuid primary key references agent_uploads(id),
      from_version_id uuid not null references agent_versions(id),
      licence text not null,
      created_at timestamptz not null default clock_timestamp()
    );
    create index agent_forks_from on agent_forks(from_version_id);

    -- What an agent may ask for beyond its own code. needs_approval: a moderator decides for each upload.
    create table agent_tools (
      name text primary key check (name ~ '^[a-z]+\\.[a-zA-Z]+$'),
      version int not null default 1,
      needs_approval boolean not null,
      disabled_at timestamptz
    );
    insert into agent_tools (name, needs_approval) values
      ('http.get', true), ('http.post', true), ('llm.complete', true), ('connector.call', false),
      ('kv.get', false), ('kv.set', false), ('kv.delete', false), ('kv.list', false);

    create table agent_upload_tools (
      agent_upload_id uuid not null references agent_uploads(id),
      tool text not null references agent_tools(name),
      tool_version int not null,
      hosts text[] not null default '{}',
      reason text not null check (length(reason) between 1 and 500),
      state text not null default 'requested' check (state in ('requested','approved','refused','withdrawn')),
      requested_at timestamptz not null default clock_timestamp(),
      decided_by uuid references accounts(id),
      decided_at timestamptz,
      decision_reason text check (length(decision_reason) <= 500),
      primary key (agent_upload_id, tool),
      check ((state in ('approved','refused')) = (decided_at is not null))
    );
    create index agent_upload_tools_open on agent_upload_tools(requested_at) where state = 'requested';

    -- A service of an owner's that agents may use without seeing its secret. operations: [{ name, method, path }].
    create table integration_connectors (
      id uuid primary key default new_id(),
      owner_account_id uuid not null references accounts(id),
      name text not null check (name ~ '^[a-z][a-z0-9-]{0,39}$'),
      base_url text not null,
      auth text not null check (auth in ('bearer','basic','header')),
      auth_header text,
      operations jsonb not null,
      secret_sealed text not null,
      secret_hint text not null,
      created_at timestamptz not null default clock_timestamp(),
      rotated_at timestamptz,
      revoked_at timestamptz
    );
    create unique index integration_connectors_name on integration_connectors(owner_account_id, name) where revoked_at is null;

    create table agent_integrations (
      agent_upload_id uuid not null references agent_uploads(id),
      connector_id uuid not null references integration_connectors(id),
      operations text[] not null check (cardinality(operations) > 0),
      created_at timestamptz not null default clock_timestamp(),
      primary key (agent_upload_id, connector_id)
    );

    -- Who did what with other people's things; rows are never changed.
    create table security_audit_log (
      id bigint generated always as identity primary key,
      account_id uuid references accounts(id),
      action text not null,
      subject uuid,
      details jsonb not null default '{}',
      at timestamptz not null default clock_timestamp()
    );
    create index security_audit_log_subject on security_audit_log(subject, id);
    create trigger security_audit_log_immutable before update or delete on security_audit_log for each row execute function forbid_change();

    alter table agent_executions
      add column tenant_id uuid,
      add column priority smallint not null default 0,
      add column engine text,
      add column tool_calls int,
      add column tool_bytes bigint,
      add column llm_tokens int,
      add column replay_of uuid references agent_executions(id);
    -- Whose share of the workers a run takes: the bounty's workspace, or the account that tests.
    update agent_executions e set tenant_id = coalesce((select workspace_id from bounties b where b.id = e.bounty_id and e.class <> 'interactive'), e.account_id);
    alter table agent_executions alter column tenant_id set not null;
    drop index agent_executions_due;
    create index agent_executions_due on agent_executions(class, priority desc, run_at) where state = 'queued';
    create index agent_executions_replays on agent_executions(replay_of) where replay_of is not null;

    -- One call of a tool by one execution, whichever attempt made it: a later attempt is given the same answer.
    create table execution_tool_calls (
      execution_id uuid not null references agent_executions(id),
      seq int not null,
      attempt int not null,
      tool text not null,
      args_hash text not null,
      args text not null,
      answer text,
      code text,
      bytes int not null default 0,
      llm_tokens int not null default 0,
      took_ms double precision,
      -- In which order the answers came, which is what the agent saw.
      settled int,
      begun_at timestamptz not null default clock_timestamp(),
      primary key (execution_id, seq)
    );

    -- A right to use one connector's named operations, for one lease of one execution; worthless when the execution ends.
    create table integration_tokens (
      hash bytea primary key,
      execution_id uuid not null references agent_executions(id),
      lease_token uuid not null,
      connector_id uuid not null references integration_connectors(id),
      operations text[] not null,
      created_at timestamptz not null default clock_timestamp()
    );
    create index integration_tokens_execution on integration_tokens(execution_id);

    -- What a replay found. differs_at is null when every byte was the same.
    create table execution_replays (
      execution_id uuid primary key references agent_executions(id),
      replay_of uuid not null references agent_executions(id),
      is_equal boolean not null,
      differs_at text,
      created_at timestamptz not null default clock_timestamp()
    );

    -- Something a moderator should look at, once for each version and rule.
    create table content_flags (
      id uuid primary key default new_id(),
      rule text not null,
      agent_upload_id uuid not null references agent_uploads(id),
      agent_version_id uuid not null references agent_versions(id),
      execution_id uuid references agent_executions(id),
      evidence jsonb not null,
      times int not null default 1,
      state text not null default 'open' check (state in ('open','dismissed','upheld')),
      created_at timestamptz not null default clock_timestamp(),
      last_at timestamptz not null default clock_timestamp(),
      decided_by uuid references accounts(id),
      decided_at timestamptz,
      unique (agent_version_id, rule)
    );
    create index content_flags_open on content_flags(last_at desc) where state = 'open';
  `);
}

/** Drops what up() made, children first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table content_flags, execution_replays, integration_tokens, execution_tool_calls;
    drop index agent_executions_due;
    create index agent_executions_due on agent_executions(class, run_at) where state = 'queued';
    alter table agent_executions drop column tenant_id, drop column priority, drop column engine, drop column tool_calls,
      drop column tool_bytes, drop column llm_tokens, drop column replay_of;
    drop table security_audit_log, agent_integrations, integration_connectors, agent_upload_tools, agent_tools, agent_forks;
    alter table agent_versions drop column files, drop column form;
    alter table agent_uploads drop column licence, drop column ceilings`);
}
