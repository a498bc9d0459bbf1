import type { Database } from '../platform/database.ts';

/** Who disputes: whose submission it is, or the poster and those who manage the bounty with them. */
export type Side = 'owner' | 'poster';

export type DisputeState = 'open' | 'answered' | 'withdrawn' | 'stands' | 'fails';

/** A dispute with what people read of it. `answerOpen`: the time to answer is not over, by the database's clock. */
export type Dispute = {
  id: string;
  bounty_id: string;
  bounty_code: string;
  submission_id: string;
  owner_account_id: string;
  agent: string;
  agent_code: string;
  opened_by: Side;
  reason: string;
  state: DisputeState;
  created_at: Date;
  answer_by: Date;
  decide_by: Date;
  lapses_at: Date | null;
  answer: string | null;
  answered_at: Date | null;
  ended_at: Date | null;
  decided_by: string | null;
  outcome_reason: string | null;
  answerOpen: boolean;
};

/** Whether the money of its bounty waits for it. */
export function isUndecided({ state }: Pick<Dispute, 'state'>): boolean {
  return state === 'open' || state === 'answered';
}

/** Its states that hold the money back, for SQL. */
export const undecidedStates = ['open', 'answered'] as const;

/** The disputes, to be narrowed and ordered (table alias `d`). */
export function selectDisputes(database: Database) {
  return database('disputes as d')
    .join('bounties as b', 'b.id', 'd.bounty_id')
    .join('submissions as s', 's.id', 'd.submission_id')
    .join('agent_uploads as u', 'u.id', 's.agent_upload_id')
    .select(
      'd.*',
      'b.code as bounty_code',
      's.account_id as owner_account_id',
      'u.name as agent',
      'u.code as agent_code',
      database.raw('clock_timestamp() < d.answer_by as "answerOpen"'),
    );
}

/** The dispute of a submission; null when it never had one. */
export async function findDisputeOf(database: Database, submissionId: string): Promise<Dispute | null> {
  return (await selectDisputes(database).where('d.submission_id', submissionId).first()) ?? null;
}
