import type { Knex } from 'knex';

/**
 * A posting looks its accounts up one by one, by their index: joined, they were read as a whole, and every posting took longer the more
 * accounts there were. Accounts and the chart are append-only too: renaming an account, or lifting its floor, would move money unseen.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    postWith(`
        select made, line.account, line.currency, line.amount from (
          select (select a.id from ledger.accounts a where a.code = e ->> 'code' and a.currency = (e ->> 'currency')::bpchar) as account,
            e ->> 'currency' as currency, (e ->> 'amount')::bigint as amount from jsonb_array_elements(p_entries) e) line
        where line.account is not null order by line.account`),
  );
  await knex.raw(`
    create trigger append_only before update or delete on ledger.accounts for each row execute function ledger.forbid();
    create trigger append_only before update or delete on ledger.chart for each row execute function ledger.forbid()`);
}

/** Puts back the function of 0004-ledger.ts. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop trigger append_only on ledger.accounts; drop trigger append_only on ledger.chart');
  await knex.raw(
    postWith(`
        select made, a.id, a.currency, (e ->> 'amount')::bigint from jsonb_array_elements(p_entries) e
        join ledger.accounts a on a.code = e ->> 'code' and a.currency = e ->> 'currency' order by a.id`),
  );
}

/** The only writer, as 0004-ledger.ts describes it, with these rows as the entries. */
function postWith(entries: string): string {
  return `
    create or replace function ledger.post(p_key text, p_kind text, p_entries jsonb, p_bounty uuid, p_actor text, p_ref text)
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
      insert into ledger.entries (transfer_id, account_id, currency, amount_minor) ${entries};
      get diagnostics written = row_count;
      if written <> jsonb_array_length(p_entries) then raise exception 'an entry names no account' using errcode = 'LG007'; end if;
      return query select made, false;
    end $$`;
}
