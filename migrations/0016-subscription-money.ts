import type { Knex } from 'knex';

/** Where the money of subscriptions goes in the ledger: earned when it is paid. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    insert into ledger.chart values ('subscriptions', -1, null, false);
    create index transfers_subscriptions on ledger.transfers(posted_at) where kind like 'subscription%';
  `);
}

/** Takes the kind out of the chart, which is append-only otherwise; the ledger refuses it once something was posted there. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index ledger.transfers_subscriptions;
    drop trigger append_only on ledger.chart;
    delete from ledger.chart where kind = 'subscriptions';
    create trigger append_only before update or delete on ledger.chart for each row execute function ledger.forbid();
  `);
}
