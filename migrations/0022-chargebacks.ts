import type { Knex } from 'knex';

/** What a person decides about a loss that held money did not cover, and payouts and refunds that cover a loss instead of leaving. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- pay: what waited left all the same, and the loss is ours; withhold: it covered the loss. withheld_minor: what of the loss was covered
    -- by payouts and refunds that had not left.
    alter table chargebacks
      add column decision text check (decision in ('pay','withhold')),
      add column decision_reason text,
      add column decided_by uuid references accounts(id),
      add column decided_at timestamptz,
      add column withheld_minor bigint not null default 0 check (withheld_minor >= 0),
      add constraint chargebacks_decided_by_somebody check (
        (decision is null) = (decided_at is null) and (decision is null) = (decided_by is null) and (decision is null) = (decision_reason is null)),
      add constraint chargebacks_decided_when_lost check (decision is null or state = 'lost');
    create index chargebacks_checkout on chargebacks(checkout_id) where checkout_id is not null;

    -- What does not leave of a payout or refund, because it covers a loss; all of it: 'withheld'.
    alter table payouts drop constraint payouts_state_check,
      add constraint payouts_state_check check (state in ('waiting','due','sent','failed','withheld')),
      add column withheld_minor bigint not null default 0,
      add constraint payouts_withheld check (withheld_minor between 0 and amount_minor and (state = 'withheld') = (withheld_minor = amount_minor));
    alter table refunds drop constraint refunds_state_check,
      add constraint refunds_state_check check (state in ('due','sent','failed','withheld')),
      add column withheld_minor bigint not null default 0,
      add constraint refunds_withheld check (withheld_minor between 0 and amount_minor and (state = 'withheld') = (withheld_minor = amount_minor));

    -- Until now a bounty stood still for good after a chargeback was lost in part; it goes on with what is held.
    update bounties b set reward_minor = h.left_minor, boost_minor = least(b.boost_minor, h.left_minor)
      from (select bounty_id, funded_minor - released_minor - refunded_minor as left_minor from ledger.holds where frozen_reason is not null) h
      where b.id = h.bounty_id and b.state in ('open','reviewing') and h.left_minor between 1 and b.reward_minor - 1
        and not exists (select from chargebacks c where c.bounty_id = b.id and c.state = 'open');
    update ledger.holds h set frozen_reason = null where frozen_reason is not null
      and not exists (select from chargebacks c where c.bounty_id = h.bounty_id and c.state = 'open');
  `);
}

/** Drops what up() made. What was withheld is owed again as far as rows say, and a person must look; bounties that went on go on. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table refunds drop constraint refunds_withheld, drop constraint refunds_state_check, drop column withheld_minor;
    update refunds set state = 'failed' where state = 'withheld';
    alter table refunds add constraint refunds_state_check check (state in ('due','sent','failed'));
    alter table payouts drop constraint payouts_withheld, drop constraint payouts_state_check, drop column withheld_minor;
    update payouts set state = 'failed' where state = 'withheld';
    alter table payouts add constraint payouts_state_check check (state in ('waiting','due','sent','failed'));
    drop index chargebacks_checkout;
    alter table chargebacks drop constraint chargebacks_decided_by_somebody, drop constraint chargebacks_decided_when_lost,
      drop column decision, drop column decision_reason, drop column decided_by, drop column decided_at, drop column withheld_minor;
  `);
}
