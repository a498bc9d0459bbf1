import type { SubmissionWire } from './contract.ts';
import type { SubmissionRow } from './find-submission.ts';

/** Row → wire. A submission whose first run has begun reads as running. */
export function presentSubmission(row: SubmissionRow): SubmissionWire {
  return {
    id: row.id,
    bountyCode: row.bounty_code,
    agent: row.agent,
    agentCode: row.agent_code,
    versionId: row.agent_version_id,
    state: row.state === 'queued' && row.started > 0n ? 'running' : row.state,
    progress: { done: Number(row.done), total: Number(row.total) },
    verdict: presentVerdict(row.verdict),
    rejected: presentRejection(row),
    dispute: presentDispute(row),
    createdAt: row.created_at.toISOString(),
    scoredAt: row.scored_at?.toISOString() ?? null,
  };
}

function presentVerdict(verdict: SubmissionRow['verdict']): SubmissionWire['verdict'] {
  if (verdict === null) return null;
  const metrics = verdict.metrics.map(({ kind, score, passed, reason }) => ({ kind, score, passed, reason }));
  return { score: verdict.score, passed: verdict.passed, reasons: verdict.reasons, metrics };
}

function presentDispute({
  dispute_id: id,
  dispute_state: state,
  decide_by: decideBy,
}: SubmissionRow): SubmissionWire['dispute'] {
  if (id === null || state === null || decideBy === null) return null;
  return { id, state, decideBy: decideBy.toISOString() };
}

function presentRejection(row: SubmissionRow): SubmissionWire['rejected'] {
  if (row.rejected_at === null || row.rejected_reason === null) return null;
  return { reason: row.rejected_reason, at: row.rejected_at.toISOString() };
}
