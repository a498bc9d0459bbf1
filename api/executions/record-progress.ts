import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';

/** Whether it is time to tell live readers of a submission's progress again; asking counts as telling. */
export type ProgressPace = (submissionId: string) => boolean;

type Progress = { id: string; account_id: string; bounty_id: string; state: string; open: bigint; total: bigint };

/**
 * Tells how far submissions are, at their pace. Answers those with no run left, in the order of their bounties: settled in that order,
 * two workers lock bounties alike.
 */
export async function recordProgress(trx: Transaction, submissionIds: string[], pace: ProgressPace): Promise<string[]> {
  if (submissionIds.length === 0) return [];
  const { rows } = await trx.raw<{ rows: Progress[] }>(
    `select s.id, s.account_id, s.bounty_id, s.state, count(*) filter (where e.state in ('queued', 'running')) as open, count(*) as total
       from submissions s join agent_executions e on e.submission_id = s.id
      where s.id = any(?::uuid[]) group by s.id order by s.bounty_id, s.id`,
    [submissionIds],
  );
  for (const row of rows) {
    if (row.open === 0n || row.state === 'withdrawn' || !pace(row.id)) continue;
    await recordEvent(trx, {
      type: 'submission.changed',
      audience: 'account',
      accountId: row.account_id,
      bountyId: row.bounty_id,
      payload: { submissionId: row.id, state: 'running', done: Number(row.total - row.open), total: Number(row.total) },
    });
  }
  return rows.flatMap((row) => (row.open === 0n ? [row.id] : []));
}
