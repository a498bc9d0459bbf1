import type { Knex } from 'knex';

/** What a run was allowed, kept for its replays; indexes for what is looked for every few seconds; live words of private cases taken back. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- allowed: { grants: [{ name, hosts? }], ceilings: { … } } of the attempt whose result stands. Null: it ended before this was kept.
    alter table agent_executions add column allowed jsonb;

    create index submissions_open on submissions(created_at) where state in ('queued', 'running');

    -- What a person missed of their own runs while not listening.
    create index events_own_runs on events(account_id, seq) where type = 'execution.changed';

    -- Replays of private cases used to be told live, word by word, to the owner of the agent.
    delete from events v using agent_executions e join bounty_cases c on c.id = e.case_id
     where v.execution_id = e.id and c.visibility = 'private' and v.type in ('execution.log', 'execution.progress');
  `);
}

/** Drops what up() made; the deleted events are not to come back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index events_own_runs, submissions_open;
    alter table agent_executions drop column allowed`);
}
