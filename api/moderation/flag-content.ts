import type { Transaction } from '../platform/database.ts';

/** What somebody wrote and a moderator should look at: a version of an agent, or a bounty. */
export type Flagged = { agentVersionId: string } | { bountyId: string };

/** Flags what somebody wrote. The same rule on the same thing again, such as another name, opens the flag anew with the new evidence. */
export async function flagContent(
  trx: Transaction,
  { rule, on, evidence }: { rule: string; on: Flagged; evidence: object },
): Promise<void> {
  const versionId = 'agentVersionId' in on ? on.agentVersionId : null;
  const bountyId = 'bountyId' in on ? on.bountyId : null;
  const key = versionId === null ? 'bounty_id' : 'agent_version_id';
  await trx.raw(
    `insert into content_flags (rule, agent_upload_id, agent_version_id, bounty_id, evidence)
     values (:rule, (select agent_upload_id from agent_versions where id = :versionId), :versionId, :bountyId, :evidence::jsonb)
     on conflict (${key}, rule) do update
       set evidence = excluded.evidence, times = content_flags.times + 1, last_at = clock_timestamp(), state = 'open',
           decided_by = null, decided_at = null`,
    { rule, versionId, bountyId, evidence: JSON.stringify(evidence) },
  );
}
