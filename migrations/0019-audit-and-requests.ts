import type { Knex } from 'knex';

/** Where and for whom something in the audit log was done, and which requests with an Idempotency-Key have had their effect. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- workspace_id: whose money or things it was about. surface: through what it was asked; null: Quarry did it by itself, by a rule.
    alter table security_audit_log
      add column workspace_id uuid references workspaces(id),
      add column surface text check (surface in ('api','slack','discord')),
      add column request_id text;
    create index security_audit_log_workspace on security_audit_log(workspace_id, id) where workspace_id is not null;
    create index security_audit_log_account on security_audit_log(account_id, id);
    create trigger security_audit_log_never_truncated before truncate on security_audit_log for each statement execute function forbid_change();

    -- Written with the effect of a request, in its transaction: when the process died before the answer was kept in idempotent_answers,
    -- the same request again finds here that it is done, and what it made. See api/platform/once.ts.
    create table done_requests (
      account_id uuid not null,
      key text not null,
      what text not null,
      made json,
      at timestamptz not null default clock_timestamp(),
      primary key (account_id, key)
    );
    create index done_requests_age on done_requests(at);
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table done_requests;
    drop trigger security_audit_log_never_truncated on security_audit_log;
    drop index security_audit_log_account;
    alter table security_audit_log drop column workspace_id, drop column surface, drop column request_id;
  `);
}
