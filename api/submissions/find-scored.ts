import type { Database } from '../platform/database.ts';

/** A submission that has a score, with what a payee or a receipt shows of it. */
export type ScoredSubmission = {
  id: string;
  accountId: string;
  agent: string;
  agentCode: string;
  agentUploadId: string;
  score: number;
  passed: boolean;
};

/** Every submission of a bounty that may be awarded: scored, neither withdrawn nor rejected. Best first, the earlier first among equals. */
export async function findScored(database: Database, bountyId: string): Promise<ScoredSubmission[]> {
  return database('submissions as s')
    .join('agent_uploads as u', 'u.id', 's.agent_upload_id')
    .where({ 's.bounty_id': bountyId, 's.state': 'scored' })
    .whereNotNull('s.score')
    .whereNull('s.rejected_at')
    .orderBy([{ column: 's.score', order: 'desc' }, 's.created_at', 's.id'])
    .select({
      id: 's.id',
      accountId: 's.account_id',
      agent: 'u.name',
      agentCode: 'u.code',
      agentUploadId: 's.agent_upload_id',
      score: 's.score',
      passed: 's.passed',
    });
}
