import type { Transaction } from '../platform/database.ts';
import type { MetricScore } from './metric.ts';

/** Keeps what the metrics said of one execution, once: a second verification of the same execution changes nothing. */
export async function storeVerification(
  trx: Transaction,
  verification: { executionId: string; submissionId: string | null; scores: MetricScore[] },
): Promise<void> {
  await trx('output_verifications')
    .insert({
      execution_id: verification.executionId,
      submission_id: verification.submissionId,
      scores: JSON.stringify(verification.scores),
    })
    .onConflict('execution_id')
    .ignore();
}
