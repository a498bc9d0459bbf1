import type { Knex } from 'knex';

/**
 * What a pool has drawn of our earnings is kept beside its lock, as its balance is in the ledger: added up anew for each sale, it took
 * longer the more was sold. A bounty's cover is found by its index.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table insurance_pools add column drawn_minor bigint not null default 0 check (drawn_minor >= 0);
    update insurance_pools p set drawn_minor = coalesce((
      select sum(-e.amount_minor) from ledger.accounts a join ledger.entries e on e.account_id = a.id join ledger.transfers t on t.id = e.transfer_id
      where a.code = 'insurance_pool' and a.currency = p.currency and t.kind = 'pool_capital'), 0);
    create index covers_bounty on covers(bounty_id, created_at);
  `);
}

/** Drops what up() made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index covers_bounty; alter table insurance_pools drop column drawn_minor');
}
