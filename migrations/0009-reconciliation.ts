import type { Knex } from 'knex';

/** The comparison of the ledger with Stripe, its reports, and the stop of all settlement while the ledger contradicts itself. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Every movement of our balance at Stripe (balance transactions), as Stripe lists them; only the reconciliation writes here. family and
    -- ref say what the ledger should call it: see api/reconciliation/describe-movement.ts. about: our id of what was asked, from Stripe's metadata.
    create table stripe_movements (
      id text primary key,
      type text not null,
      source text,
      family text not null,
      ref text not null,
      about text,
      bounty_id uuid,
      amount_minor bigint not null,
      fee_minor bigint not null,
      currency char(3) not null,
      created_at timestamptz not null
    );
    create index stripe_movements_created on stripe_movements(created_at);
    create index stripe_movements_ref on stripe_movements(ref);
    create index stripe_movements_about on stripe_movements(about) where about is not null;

    -- One comparison of everything before cut_off_at. A nightly one is there once for its day, whoever asks; a lease lets one worker do it.
    create table reconciliations (
      id uuid primary key default new_id(),
      kind text not null check (kind in ('nightly','asked')),
      cut_off_at timestamptz not null,
      asked_by uuid references accounts(id),
      state text not null default 'due' check (state in ('due','running','done')),
      attempt int not null default 0,
      lease_token uuid,
      due_at timestamptz not null default clock_timestamp(),
      problem text,
      movements bigint,
      transfers bigint,
      balances jsonb,
      differences jsonb,
      difference_count int,
      created_at timestamptz not null default clock_timestamp(),
      finished_at timestamptz,
      check ((kind = 'asked') = (asked_by is not null))
    );
    create unique index reconciliations_nightly on reconciliations(cut_off_at) where kind = 'nightly';
    create index reconciliations_due on reconciliations(due_at) where state <> 'done';
    create index reconciliations_newest on reconciliations(created_at desc, id);

    -- What Stripe has paid to our own bank: out of cash, and ours.
    insert into ledger.chart values ('bank', 1, null, false);

    create index transfers_external_ref on ledger.transfers(external_ref) where external_ref is not null;

    -- While the row is there nothing is released or refunded, and no payout or refund leaves. One row or none.
    create table ledger.settlement_stop (
      only_row boolean primary key default true check (only_row),
      reason text not null,
      stopped_at timestamptz not null default clock_timestamp()
    );

    -- The verbs ask before they begin and say why; this is for whoever forgets to.
    create function ledger.refuse_stopped() returns trigger language plpgsql as $$
    begin
      if exists (select from ledger.settlement_stop) then
        raise exception 'settlement is stopped: % refused', new.kind using errcode = 'LG008';
      end if;
      return new;
    end $$;
    create trigger settlement_stop before insert on ledger.transfers for each row when (new.kind in ('release','refund')) execute function ledger.refuse_stopped();

    -- Why a payee's bank sent the newest payout back; null when it did not.
    alter table payees add column bank_problem text;

    -- How often an event was asked to be applied again.
    alter table stripe_events add column replays int not null default 0;

    -- Until when the bank takes evidence, and what of the loss was taken from money that was still held.
    alter table chargebacks add column evidence_due_at timestamptz,
      add column clawed_back_minor bigint not null default 0 check (clawed_back_minor >= 0);
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table chargebacks drop column evidence_due_at, drop column clawed_back_minor;
    alter table stripe_events drop column replays;
    alter table payees drop column bank_problem;
    drop trigger settlement_stop on ledger.transfers;
    drop function ledger.refuse_stopped();
    drop table ledger.settlement_stop, reconciliations, stripe_movements;
    drop index ledger.transfers_external_ref;
    delete from ledger.chart where kind = 'bank';
  `);
}
