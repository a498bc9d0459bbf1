import type { Knex } from 'knex';

/**
 * A bounty may be paid by several: what is held is known payment by payment, so that each funder gets back exactly their own, a payout
 * leaves from a payment that covers it, and a chargeback concerns the payment it is of. Beside rewards, checkouts pay boosts and tips.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One payment's part of a bounty's money; the parts of a bounty add up to its hold. payment_id: the checkout, null for money that came
    -- by no checkout. Written by the same functions as the hold, under its lock.
    create table ledger.parts (
      id uuid primary key default new_id(),
      bounty_id uuid not null references ledger.holds(bounty_id),
      payment_id uuid unique,
      funded_minor bigint not null check (funded_minor > 0),
      fee_funded_minor bigint not null check (fee_funded_minor >= 0),
      released_minor bigint not null default 0 check (released_minor >= 0),
      refunded_minor bigint not null default 0 check (refunded_minor >= 0),
      fee_earned_minor bigint not null default 0 check (fee_earned_minor >= 0),
      fee_refunded_minor bigint not null default 0 check (fee_refunded_minor >= 0),
      created_at timestamptz not null default clock_timestamp(),
      check (released_minor + refunded_minor <= funded_minor),
      check (fee_earned_minor + fee_refunded_minor <= fee_funded_minor)
    );
    create index parts_bounty on ledger.parts(bounty_id, created_at, id);

    -- Until now the first payment was the one that counted; a later one came too late and went back in whole.
    with funds as (
      select t.id, t.bounty_id, t.posted_at, c.id as payment_id,
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'held'), 0) as reward,
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'fee_held'), 0) as fee,
        row_number() over (partition by t.bounty_id order by t.posted_at, t.id) as n
      from ledger.transfers t join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id
      left join checkouts c on t.key = 'fund:' || c.id where t.kind = 'fund' group by t.id, c.id
    ), later as (select bounty_id, sum(reward) as reward, sum(fee) as fee from funds where n > 1 group by bounty_id)
    insert into ledger.parts (bounty_id, payment_id, funded_minor, fee_funded_minor, released_minor, refunded_minor, fee_earned_minor,
      fee_refunded_minor, created_at)
    select f.bounty_id, f.payment_id, f.reward, f.fee,
      case when n = 1 then h.released_minor else 0 end, case when n = 1 then h.refunded_minor - coalesce(l.reward, 0) else f.reward end,
      case when n = 1 then h.fee_earned_minor else 0 end, case when n = 1 then h.fee_refunded_minor - coalesce(l.fee, 0) else f.fee end,
      f.posted_at
    from funds f join ledger.holds h on h.bounty_id = f.bounty_id left join later l on l.bounty_id = f.bounty_id;

    alter view ledger.violations rename to violations_of_entries;
    create view ledger.violations as
      select what, ref from ledger.violations_of_entries
      union all select 'parts differ from their hold', h.bounty_id::text from ledger.holds h
        left join (select bounty_id, sum(funded_minor) as funded, sum(fee_funded_minor) as fee_funded, sum(released_minor) as released,
            sum(refunded_minor) as refunded, sum(fee_earned_minor) as fee_earned, sum(fee_refunded_minor) as fee_refunded
          from ledger.parts group by bounty_id) p on p.bounty_id = h.bounty_id
        where (h.funded_minor, h.fee_funded_minor, h.released_minor, h.refunded_minor, h.fee_earned_minor, h.fee_refunded_minor)
          is distinct from (p.funded, p.fee_funded, p.released, p.refunded, p.fee_earned, p.fee_refunded);

    -- reward_minor is all that goes to winners; boost_minor is how much of it others added.
    alter table bounties add column boost_minor bigint not null default 0, add check (boost_minor between 0 and reward_minor);

    -- What a checkout pays for. public_url: the address people come back to; a request to Stripe is repeated with what it was made with.
    alter table checkouts add column purpose text not null default 'reward' check (purpose in ('reward','boost','tip')),
      add column submission_id uuid references submissions(id), add column public_url text,
      add check ((purpose = 'tip') = (submission_id is not null));
    drop index checkouts_one_open;
    create unique index checkouts_one_open on checkouts(bounty_id) where purpose = 'reward' and state in ('creating','open');
    create unique index checkouts_one_open_gift on checkouts(bounty_id, account_id, purpose, submission_id, reward_minor)
      nulls not distinct where purpose <> 'reward' and state in ('creating','open');

    -- The payment a payout is sent from.
    alter table payouts add column checkout_id uuid references checkouts(id);
    update payouts p set checkout_id = (select c.id from checkouts c where c.bounty_id = p.bounty_id and c.state = 'paid' order by c.paid_at limit 1);
    create index payouts_checkout on payouts(checkout_id);
    create index refunds_checkout on refunds(checkout_id);
  `);
}

/** Drops what up() made: only for a database in which every bounty has one payment. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index refunds_checkout;
    alter table payouts drop column checkout_id;
    drop index checkouts_one_open, checkouts_one_open_gift;
    alter table checkouts drop column purpose, drop column submission_id, drop column public_url;
    create unique index checkouts_one_open on checkouts(bounty_id) where state in ('creating','open');
    alter table bounties drop column boost_minor;
    drop view ledger.violations;
    alter view ledger.violations_of_entries rename to violations;
    drop table ledger.parts;
  `);
}
