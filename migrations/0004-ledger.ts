import type { Knex } from 'knex';

/** The double-entry ledger. The database refuses what must never be: see docs/money.md and docs/decisions/0003-ledger.md. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema ledger;

    -- The chart: what kinds of accounts there are. normal: 1 grows by debits (positive amounts), -1 by credits. Accounts that are in
    -- every transfer are not tracked by a balance row, so that they are no bottleneck; they have no floor.
    create table ledger.chart (
      kind text primary key,
      normal smallint not null check (normal in (1, -1)),
      floor_minor bigint,
      tracked boolean not null,
      check (tracked or floor_minor is null)
    );
    insert into ledger.chart values
      ('cash', 1, null, false), ('stripe_fees', 1, null, false), ('disputes', 1, null, false), ('fees', -1, null, false),
      ('held', -1, 0, true), ('fee_held', -1, 0, true), ('payable', -1, 0, true), ('refund_payable', -1, 0, true),
      ('insurance_pool', -1, 0, true), ('affiliate', -1, 0, true);

    create table ledger.accounts (
      id bigint generated always as identity primary key,
      code text not null check (code ~ '^[a-z_]+$' or code ~ '^[a-z_]+:[0-9a-f-]{36}$'),
      kind text not null references ledger.chart(kind),
      currency char(3) not null check (currency ~ '^[A-Z]{3}$'),
      created_at timestamptz not null default clock_timestamp(),
      unique (code, currency),
      unique (id, currency)
    );

    create table ledger.transfers (
      id uuid primary key default new_id(),
      key text not null unique check (length(key) between 3 and 255),
      request_hash bytea not null,
      kind text not null,
      bounty_id uuid,
      actor text,
      external_ref text,
      posted_at timestamptz not null default clock_timestamp(),
      posted_xid xid8 not null default pg_current_xact_id()
    );
    create index transfers_bounty on ledger.transfers(bounty_id, posted_at);

    create table ledger.entries (
      id bigint generated always as identity primary key,
      transfer_id uuid not null references ledger.transfers(id),
      account_id bigint not null,
      currency char(3) not null,
      amount_minor bigint not null check (amount_minor <> 0 and amount_minor between -9007199254740991 and 9007199254740991),
      foreign key (account_id, currency) references ledger.accounts(id, currency)
    );
    create index entries_transfer on ledger.entries(transfer_id);
    create index entries_account on ledger.entries(account_id, id);

    create table ledger.balances (
      account_id bigint primary key references ledger.accounts(id),
      balance_minor bigint not null default 0,
      entries bigint not null default 0
    );

    -- The three movements of one bounty's money, added up; every change locks this row first, so that one wins.
    create table ledger.holds (
      bounty_id uuid primary key,
      currency char(3) not null,
      funded_minor bigint not null check (funded_minor > 0),
      fee_funded_minor bigint not null check (fee_funded_minor >= 0),
      premium_minor bigint not null default 0 check (premium_minor >= 0),
      released_minor bigint not null default 0 check (released_minor >= 0),
      refunded_minor bigint not null default 0 check (refunded_minor >= 0),
      fee_earned_minor bigint not null default 0 check (fee_earned_minor >= 0),
      fee_refunded_minor bigint not null default 0 check (fee_refunded_minor >= 0),
      -- Why the money may not move now, such as an open chargeback; null: it may.
      frozen_reason text,
      check (released_minor + refunded_minor <= funded_minor),
      check (fee_earned_minor + fee_refunded_minor <= fee_funded_minor)
    );

    create function ledger.forbid() returns trigger language plpgsql as $$
    begin raise exception 'the ledger is append-only: % on % refused', tg_op, tg_table_name using errcode = 'LG001'; end $$;
    create trigger append_only before update or delete on ledger.transfers for each row execute function ledger.forbid();
    create trigger append_only before update or delete on ledger.entries for each row execute function ledger.forbid();
    create trigger never_truncated before truncate on ledger.transfers for each statement execute function ledger.forbid();
    create trigger never_truncated before truncate on ledger.entries for each statement execute function ledger.forbid();

    -- An entry belongs to the database transaction that made its transfer, moves the balance, and may not push it under the floor.
    create function ledger.apply_entry() returns trigger language plpgsql as $$
    declare posted xid8; shape ledger.chart; account_code text; balance bigint;
    begin
      select posted_xid into posted from ledger.transfers where id = new.transfer_id;
      if posted is distinct from pg_current_xact_id() then
        raise exception 'transfer % is sealed', new.transfer_id using errcode = 'LG002';
      end if;
      select c.* into strict shape from ledger.accounts a join ledger.chart c on c.kind = a.kind where a.id = new.account_id;
      if not shape.tracked then return null; end if;
      update ledger.balances set balance_minor = balance_minor + new.amount_minor * shape.normal, entries = entries + 1
        where account_id = new.account_id returning balance_minor into strict balance;
      if shape.floor_minor is not null and balance < shape.floor_minor then
        select code into account_code from ledger.accounts where id = new.account_id;
        raise exception 'not enough money: % would be %', account_code, balance using errcode = 'LG003';
      end if;
      return null;
    end $$;
    create trigger apply_entry after insert on ledger.entries for each row execute function ledger.apply_entry();

    create function ledger.open_balance() returns trigger language plpgsql as $$
    begin insert into ledger.balances(account_id) values (new.id); return null; end $$;
    create trigger open_balance after insert on ledger.accounts for each row execute function ledger.open_balance();

    -- At commit: at least two entries, and nothing left over in any currency.
    create function ledger.check_balanced() returns trigger language plpgsql as $$
    declare transfer uuid := (to_jsonb(new) ->> case when tg_table_name = 'entries' then 'transfer_id' else 'id' end)::uuid; lines int; over text;
    begin
      select count(*) into lines from ledger.entries where transfer_id = transfer;
      if lines < 2 then raise exception 'transfer % has % entries', transfer, lines using errcode = 'LG004'; end if;
      select string_agg(currency || ' ' || total, ', ') into over
        from (select currency, sum(amount_minor) total from ledger.entries where transfer_id = transfer group by currency having sum(amount_minor) <> 0) q;
      if over is not null then raise exception 'transfer % is not balanced: %', transfer, over using errcode = 'LG005'; end if;
      return null;
    end $$;
    create constraint trigger balanced after insert on ledger.transfers deferrable initially deferred for each row execute function ledger.check_balanced();
    create constraint trigger balanced after insert on ledger.entries deferrable initially deferred for each row execute function ledger.check_balanced();

    -- The only writer. p_entries: [{"code", "currency", "amount"}]. The same key again answers the first transfer; with another content it is refused.
    create function ledger.post(p_key text, p_kind text, p_entries jsonb, p_bounty uuid, p_actor text, p_ref text)
    returns table (transfer_id uuid, replayed boolean) language plpgsql security definer set search_path = pg_catalog, ledger, pg_temp as $$
    declare hash bytea := sha256(convert_to(concat_ws('|', p_kind, p_bounty::text, p_ref, p_entries::text), 'UTF8')); made uuid; known ledger.transfers; written bigint;
    begin
      insert into ledger.transfers (key, request_hash, kind, bounty_id, actor, external_ref)
        values (p_key, hash, p_kind, p_bounty, p_actor, p_ref) on conflict (key) do nothing returning id into made;
      if made is null then
        select * into strict known from ledger.transfers t where t.key = p_key;
        if known.request_hash <> hash then raise exception 'key % was used for another transfer', p_key using errcode = 'LG006'; end if;
        return query select known.id, true;
        return;
      end if;
      insert into ledger.accounts (code, kind, currency)
        select distinct e ->> 'code', split_part(e ->> 'code', ':', 1), e ->> 'currency' from jsonb_array_elements(p_entries) e
        order by 1, 3 on conflict (code, currency) do nothing;
      -- In the order of the accounts, so that two transfers never wait for each other.
      insert into ledger.entries (transfer_id, account_id, currency, amount_minor)
        select made, a.id, a.currency, (e ->> 'amount')::bigint from jsonb_array_elements(p_entries) e
        join ledger.accounts a on a.code = e ->> 'code' and a.currency = e ->> 'currency' order by a.id;
      get diagnostics written = row_count;
      if written <> jsonb_array_length(p_entries) then raise exception 'an entry names no account' using errcode = 'LG007'; end if;
      return query select made, false;
    end $$;
    revoke execute on function ledger.post(text, text, jsonb, uuid, text, text) from public;

    -- Every row of this view is an alarm.
    create view ledger.violations as
      select 'unbalanced transfer' as what, transfer_id::text as ref from ledger.entries group by transfer_id, currency having sum(amount_minor) <> 0
      union all select 'entries do not add up to zero', currency from ledger.entries group by currency having sum(amount_minor) <> 0
      union all select 'balance differs from its entries', a.code from ledger.accounts a
        join ledger.chart c on c.kind = a.kind and c.tracked join ledger.balances b on b.account_id = a.id
        left join (select account_id, sum(amount_minor) total, count(*) n from ledger.entries group by 1) e on e.account_id = a.id
        where b.balance_minor <> coalesce(e.total, 0) * c.normal or b.entries <> coalesce(e.n, 0)
      union all select 'balance under its floor', a.code from ledger.accounts a join ledger.chart c on c.kind = a.kind
        join ledger.balances b on b.account_id = a.id where b.balance_minor < c.floor_minor
      union all select 'hold differs from its account', h.bounty_id::text from ledger.holds h
        left join ledger.accounts a on a.code = 'held:' || h.bounty_id and a.currency = h.currency left join ledger.balances b on b.account_id = a.id
        where coalesce(b.balance_minor, 0) <> h.funded_minor - h.released_minor - h.refunded_minor
      union all select 'held fee differs from its account', h.bounty_id::text from ledger.holds h
        left join ledger.accounts a on a.code = 'fee_held:' || h.bounty_id and a.currency = h.currency left join ledger.balances b on b.account_id = a.id
        where coalesce(b.balance_minor, 0) <> h.fee_funded_minor - h.fee_earned_minor - h.fee_refunded_minor;
  `);
}

/** Drops the ledger, and with it every record of money: only for a database that never held any. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema ledger cascade');
}
