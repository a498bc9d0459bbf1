import type { Knex } from 'knex';

/** Disputes about submissions that passed, between who manages the bounty and whose submission it is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One dispute of a submission, ever. open: the other side may answer until answer_by; answered: an admin of the platform decides;
    -- withdrawn: its opener gave in; stands: the submission may win; fails: it is rejected for good. lapses_at is the last moment at which
    -- the bounty's money may still be held back for it, null where nothing limits that; then what was measured stands.
    create table disputes (
      id uuid primary key default new_id(),
      bounty_id uuid not null references bounties(id),
      submission_id uuid not null unique references submissions(id),
      opened_by text not null check (opened_by in ('owner','poster')),
      opener_account_id uuid not null references accounts(id),
      reason text not null check (length(reason) between 1 and 2000),
      state text not null default 'open' check (state in ('open','answered','withdrawn','stands','fails')),
      created_at timestamptz not null default clock_timestamp(),
      answer_by timestamptz not null,
      decide_by timestamptz not null,
      lapses_at timestamptz,
      answer text check (length(answer) between 1 and 2000),
      answer_account_id uuid references accounts(id),
      answered_at timestamptz,
      ended_at timestamptz,
      decided_by uuid references accounts(id),
      outcome_reason text check (length(outcome_reason) between 1 and 2000),
      told_at timestamptz,
      check (answer_by <= decide_by),
      check (num_nulls(answer, answer_account_id, answered_at) in (0, 3)),
      check (state <> 'answered' or answered_at is not null),
      check ((state in ('withdrawn','stands','fails')) = (ended_at is not null)),
      check (num_nulls(ended_at, outcome_reason) in (0, 2)),
      -- That a submission fails is always found by a person.
      check (state <> 'fails' or decided_by is not null)
    );
    create index disputes_bounty on disputes(bounty_id, created_at);
    create index disputes_undecided on disputes(decide_by) where state in ('open','answered');

    create table dispute_evidence (
      id uuid primary key default new_id(),
      dispute_id uuid not null references disputes(id),
      side text not null check (side in ('owner','poster')),
      account_id uuid not null references accounts(id),
      text text check (length(text) between 1 and 4000),
      url text check (length(url) between 1 and 500),
      created_at timestamptz not null default clock_timestamp(),
      check (text is not null or url is not null)
    );
    create index dispute_evidence_dispute on dispute_evidence(dispute_id, created_at, id);

    -- The review lasts at least until then, because something was disputed; null: as long as was announced.
    alter table bounties add column review_until timestamptz;
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table bounties drop column review_until; drop table dispute_evidence, disputes');
}
