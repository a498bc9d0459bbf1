import type { Transaction } from '../platform/database.ts';
import { firstFailingPublicRun } from '../verification/describe-metric.ts';
import type { Metric, MetricScore } from '../verification/metric.ts';
import { storeVerification } from '../verification/store-verification.ts';
import type { Run } from '../verification/verdict.ts';
import { verifyOutput } from '../verification/verify-output.ts';

/**
 * The newest run of each case with its scores, for the verdict. Outputs stay in the database but for the few public ones that reasons
 * quote, because thousands of runs may hold a megabyte each. What the worker has not verified yet is verified here, scripts excepted.
 */
export async function findRuns(
  trx: Transaction,
  submission: { id: string; bountyId: string },
  metrics: Metric[],
): Promise<Run[]> {
  const { rows } = await trx.raw<{ rows: Row[] }>(newestRuns, [submission.id, submission.bountyId]);
  const runs: Run[] = [];
  for (const row of rows) {
    runs.push({
      executionId: row.id,
      visibility: row.visibility,
      publicNumber: row.public_number === null ? null : Number(row.public_number),
      state: row.state,
      outcome: row.outcome,
      scores: row.state === 'succeeded' ? (row.scores ?? (await verifyNow(trx, submission.id, row.id, metrics))) : null,
    });
  }
  for (const metric of metrics) {
    const example = firstFailingPublicRun(metric, runs);
    if (example?.state === 'succeeded') {
      const { output, expected } = await valuesOf(trx, example.executionId);
      example.publicValues = { output, expected };
    }
  }
  return runs;
}

type Row = {
  id: string;
  visibility: 'public' | 'private';
  public_number: bigint | null;
  state: Run['state'];
  outcome: string | null;
  scores: MetricScore[] | null;
};

const newestRuns = `
  with newest as (
    select distinct on (case_id) id, case_id, state, outcome from agent_executions
    where submission_id = ? and case_id is not null order by case_id, created_at desc, id desc
  ), cases as (
    select id, visibility, position,
      case when visibility = 'public' then row_number() over (partition by visibility order by position) end as public_number
    from bounty_cases where bounty_id = ?
  )
  select n.id, c.visibility, c.public_number, n.state, n.outcome, v.scores
  from cases c join newest n on n.case_id = c.id left join output_verifications v on v.execution_id = n.id
  order by c.position`;

async function verifyNow(
  trx: Transaction,
  submissionId: string,
  executionId: string,
  metrics: Metric[],
): Promise<MetricScore[]> {
  const scores = await verifyOutput(metrics, await valuesOf(trx, executionId));
  await storeVerification(trx, { executionId, submissionId, scores });
  return scores;
}

async function valuesOf(
  trx: Transaction,
  executionId: string,
): Promise<{ input: unknown; output: unknown; expected: unknown }> {
  const row = await trx('agent_executions as e')
    .join('bounty_cases as c', 'c.id', 'e.case_id')
    .where('e.id', executionId)
    .first('e.output', 'c.input', 'c.expected');
  if (row === undefined) throw new Error(`Execution ${executionId} has no case`);
  return { input: row.input, output: row.output === null ? undefined : JSON.parse(row.output), expected: row.expected };
}
