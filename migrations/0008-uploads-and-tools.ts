import type { Knex } from 'knex';

/** Flags on bounties, not on agents alone; tokens take their operations from the link, which may be gone. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A flag is on one version of an agent or on a bounty, once for each rule.
    alter table content_flags
      alter column agent_upload_id drop not null,
      alter column agent_version_id drop not null,
      add column bounty_id uuid references bounties(id),
      add check ((agent_version_id is null) = (agent_upload_id is null) and num_nonnulls(agent_version_id, bounty_id) = 1),
      add unique (bounty_id, rule);

    -- What a token may do is what its agent is linked for at that moment.
    alter table integration_tokens drop column operations;
  `);
}

/** Takes back what up() did; flags on bounties go. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from integration_tokens;
    alter table integration_tokens add column operations text[] not null;
    delete from content_flags where bounty_id is not null;
    alter table content_flags
      drop column bounty_id,
      alter column agent_upload_id set not null,
      alter column agent_version_id set not null`);
}
