import type { Knex } from 'knex';

/**
 * Which payment into a wallet each bounty was paid from, so that money is not held longer than Stripe lets it be; through what a request
 * for approval was asked; and which kept answers are the address of a page, which can end.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What a bounty's payment from a wallet took of one payment into it, and what of that came back. See api/wallets/find-wallet-payments.ts.
    create table wallet_uses (
      checkout_id uuid not null references checkouts(id),
      top_up_id uuid not null references top_ups(id),
      taken_minor bigint not null check (taken_minor > 0),
      returned_minor bigint not null default 0,
      primary key (checkout_id, top_up_id),
      check (returned_minor between 0 and taken_minor)
    );
    create index wallet_uses_top_up on wallet_uses(top_up_id);

    -- What is out of a wallet now was taken from its oldest payments: both are laid side by side, in order, and where they overlap one
    -- was paid from the other.
    insert into wallet_uses (checkout_id, top_up_id, taken_minor)
    with paid_in as (
      select t.id, t.workspace_id, t.currency, l.left_minor, sum(l.left_minor) over wallet as until
      from top_ups t cross join lateral (select t.amount_minor - coalesce((select sum(r.amount_minor) from refunds r
        where r.top_up_id = t.id and r.state <> 'failed'), 0) as left_minor) l
      where t.state = 'paid' window wallet as (partition by t.workspace_id, t.currency order by t.paid_at, t.id)
    ), taken_out as (
      select c.id, b.workspace_id, c.currency, l.left_minor, sum(l.left_minor) over wallet as until
      from checkouts c join bounties b on b.id = c.bounty_id cross join lateral (select c.total_minor - coalesce((select sum(r.amount_minor)
        from refunds r where r.checkout_id = c.id), 0) as left_minor) l
      where c.source = 'wallet' window wallet as (partition by b.workspace_id, c.currency order by c.created_at, c.id)
    )
    select o.id, i.id, least(o.until, i.until) - greatest(o.until - o.left_minor, i.until - i.left_minor)
    from taken_out o join paid_in i on i.workspace_id = o.workspace_id and i.currency = o.currency
    where least(o.until, i.until) > greatest(o.until - o.left_minor, i.until - i.left_minor);

    -- When the owners were told that what is left of a payment goes back; the sweep looks at payments by their age.
    alter table top_ups add column return_told_at timestamptz;
    create index top_ups_age on top_ups(paid_at) where state = 'paid';

    -- As the trigger of 0011: what is sent back because it may be kept no longer waits for the stop too.
    create trigger settlement_stop_wallet_returns before insert on ledger.transfers for each row when (new.kind = 'wallet_return')
      execute function ledger.refuse_stopped();

    alter table funding_requests add column asked_through text not null default 'api' check (asked_through in ('api','slack','discord'));

    -- The address of a page at Stripe that the answer gave. The verb is asked again before it is given a second time.
    alter table idempotent_answers add column page_url text;
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table idempotent_answers drop column page_url;
    alter table funding_requests drop column asked_through;
    drop trigger settlement_stop_wallet_returns on ledger.transfers;
    drop index top_ups_age;
    alter table top_ups drop column return_told_at;
    drop table wallet_uses;
  `);
}
