import { extendReview } from '../bounties/extend-review.ts';
import { lockBounty } from '../bounties/find-bounty.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import { tellOfRejection } from '../disputes/tell-of-rejection.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { findMetrics } from '../verification/find-metrics.ts';
import { makeVerdict, type Verdict } from '../verification/verdict.ts';
import { findRuns } from './find-runs.ts';
import { isFinal, Submission } from './submission.ts';

/**
 * Scores a submission when all its runs are final: stores verdict, score and one row a metric, and tells live readers. Call it in the
 * transaction that makes a run final. The lock makes the last two runs, ending at once in two workers, settle it exactly once: locks go
 * execution → submission → bounty. Answers the new state, or null when there was nothing to do.
 */
export async function settleSubmission(
  context: Context,
  trx: Transaction,
  submissionId: string,
): Promise<'scored' | 'failed' | null> {
  const submission = await Submission.query(trx).findById(submissionId).forNoKeyUpdate();
  if (submission === undefined || isFinal(submission.state)) return null;
  if (await hasRunsLeft(trx, submission)) return null;
  const metrics = await findMetrics(trx, submission.bountyId);
  const runs = await findRuns(trx, submission, metrics);
  const verdict = makeVerdict(metrics, runs);
  const state = verdict.score === null ? 'failed' : 'scored';
  await store(trx, submission, state, verdict);
  if (verdict.passed === true && submission.rejectedReason !== null)
    await noteRejectedPass(context, trx, submission, submission.rejectedReason);
  await announce(trx, submission, state, runs.length);
  context.logger.info(
    { submissionId, bountyId: submission.bountyId, state, score: verdict.score },
    'submission settled',
  );
  return state;
}

/** It was rejected before anybody knew that it passes: its author hears of it now, and has as long to dispute that as any (reject-submission.ts). */
async function noteRejectedPass(
  context: Context,
  trx: Transaction,
  submission: Submission,
  reason: string,
): Promise<void> {
  const bounty = await lockBounty(trx, submission.bountyId);
  if (bounty.state !== 'open' && bounty.state !== 'reviewing') return;
  await extendReview(context, trx, bounty.id);
  await tellOfRejection(trx, { submission, bounty, reason });
}

/** Asked after every run, so the first question is one look into an index; that every case has a run is asked only at the end. */
async function hasRunsLeft(trx: Transaction, submission: Submission): Promise<boolean> {
  const unfinished = await trx('agent_executions')
    .where({ submission_id: submission.id })
    .whereIn('state', ['queued', 'running'])
    .first('id');
  if (unfinished !== undefined) return true;
  const { rows } = await trx.raw<{ rows: { all: boolean }[] }>(
    `select (select count(*) from bounty_cases where bounty_id = ?)
       = (select count(distinct case_id) from agent_executions where submission_id = ?) as all`,
    [submission.bountyId, submission.id],
  );
  return rows[0]?.all !== true;
}

async function store(
  trx: Transaction,
  submission: Submission,
  state: 'scored' | 'failed',
  verdict: Verdict,
): Promise<void> {
  await trx('submissions')
    .where({ id: submission.id })
    .update({
      state,
      score: verdict.score,
      passed: verdict.passed,
      verdict: JSON.stringify(verdict),
      scored_at: state === 'scored' ? trx.raw('clock_timestamp()') : null,
    });
  if (verdict.metrics.length === 0) return;
  await trx('quality_metrics').insert(
    verdict.metrics.map((metric) => ({
      submission_id: submission.id,
      metric_id: metric.metricId,
      kind: metric.kind,
      score: metric.score,
      passed: metric.passed,
      reason: metric.reason,
    })),
  );
}

async function announce(trx: Transaction, submission: Submission, state: string, total: number): Promise<void> {
  const news = { bountyId: submission.bountyId, payload: { submissionId: submission.id, state, done: total, total } };
  await recordEvent(trx, { ...news, type: 'submission.scored', audience: 'account', accountId: submission.accountId });
  await recordEvent(trx, {
    bountyId: submission.bountyId,
    type: 'leaderboard.changed',
    payload: { submissionId: submission.id },
  });
  await touchBounty(trx, submission.bountyId);
}
